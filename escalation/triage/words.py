"""What clients say of each kind of fault, for made-up tickets."""

from fnmatch import fnmatchcase

_SAID: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("identity.password*", ("Cannot sign in, the password is refused", "Forgot the password over the weekend")),
    ("identity.*", ("The code for signing in never arrives", "The account is locked out")),
    ("access.*", ("No rights on the shared folder", "Cannot open the calendar of the team")),
    ("connectivity.*", ("My laptop has no internet", "The VPN drops every few minutes")),
    ("software.*", ("How do I install the PDF program?", "The new version asks for a licence")),
    ("printing.*", ("The printer by the door prints blank pages", "Print jobs stay in the queue")),
    ("email.client", ("Outlook asks for the password again and again", "The mailbox does not synchronise")),
    ("email.*", ("Mail to our supplier comes back", "No mail from outside since this morning")),
    ("network.firewall", ("A new site must be let through the firewall", "The tunnel to the plant is down")),
    ("network.*", ("Everything is slow in the afternoon", "Calls break up, pages load for a minute")),
    ("server.*", ("The file server does not answer", "The server restarted by itself last night")),
    ("backup.*", ("Last night's backup failed", "The backup report shows errors for two days")),
    ("app.*", ("The order system shows an error page", "Invoices cannot be saved")),
    ("security.phishing*", ("A strange mail asks for my password", "I may have clicked on a bad link")),
    ("security.ransom*", ("Files have a new ending and do not open", "A note on the screen asks for money")),
    ("security.*", ("The antivirus program reports a blocked program", "A sign-in from another country")),
    ("outage.site", ("Nothing works in our office", "The whole site is offline")),
    ("outage.*", ("None of our systems can be reached", "The virtual machines are all down")),
    ("vendor.*", ("The maker has to release a fix", "The provider of the line must be called")),
)


def subjects(category: str) -> tuple[str, ...]:
    """What such a ticket may be called."""
    found = next((said for pattern, said in _SAID if fnmatchcase(category, pattern)), None)
    return found or (f"Trouble with {category.replace('.', ', ').replace('_', ' ')}",)
