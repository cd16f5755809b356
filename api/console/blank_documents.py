"""What the form of a new document begins with, kind by kind: every part of it, to be written over."""

from escalation.library.documents import DocumentKind
from escalation.library.markdown import FENCE

_BODY = "What nobody could guess stands here, in Markdown."
_PARTS = {
    DocumentKind.SOP: """\
id: SOP-NEW
kind: sop
title: What it is for
tags: []
categories: []
skills: []
steps:
  - id: first
    text: What Tier 1 does first.
  - id: second
    text: What may be left out.
    mandatory: false
required_information:
  - What the next tier has to be told
escalate:
  P1: []
  P2: []
  P3: []
  P4: []
failed_attempts:
  1: 2
accept_within:
  P1: 5m
  P2: 15m
  P3: 1h
  P4: 4h
messages: []
runbooks: []
""",
    DocumentKind.RUNBOOK: """\
id: RB-NEW
kind: runbook
title: How one thing is done
tags: []
categories: []
skills: []
tier: 1
access: []
""",
    DocumentKind.CHECKLIST: """\
id: CL-NEW
kind: checklist
title: Before something is done
tags: []
tier: 1
steps:
  - id: first
    text: What is to be ticked off.
""",
    DocumentKind.KNOWN_ISSUE: """\
id: KI-NEW
kind: known_issue
title: What is broken
tags: []
categories: []
symptoms:
  - How it shows
workaround: How to get round it.
status: open
""",
    DocumentKind.VENDOR_CONTACT: """\
id: VC-NEW
kind: vendor_contact
title: Who it is
tags: []
categories: []
vendor: Its name
contacts:
  - level: 1 Support desk
    reach: A number or an address
account: Where our number with them stands
hours: Around the clock
answers_within: 4h
""",
    DocumentKind.MESSAGE_TEMPLATE: """\
id: MT-NEW
kind: message_template
title: Words for something
tags: []
to: client
""",
    DocumentKind.DECISION_TREE: """\
id: DT-NEW
kind: decision_tree
title: What it decides
tags: []
categories: []
tier: 1
tree:
  start: first
  nodes:
    first:
      question: What is to be looked at?
      answers:
        yes: done
        no: done
    done:
      resolve: What solves it.
""",
}

BLANK = {kind: f"{FENCE}\n{parts}{FENCE}\n\n{_BODY}\n" for kind, parts in _PARTS.items()}
