"""How far two words are apart, for words that were typed in a hurry."""


def distance(one: str, other: str, most: int) -> int:
    """Letters added, left out, changed, or exchanged with the next one; more than `most` is said as `most + 1`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        row = [n]
        for m, wanted in enumerate(other, 1):
            cost = min(row[-1] + 1, last[m] + 1, last[m - 1] + (letter != wanted))
            if n > 1 and m > 1 and letter == other[m - 2] and one[n - 2] == wanted:
                cost = min(cost, before_last[m - 2] + 1)
            row.append(cost)
        before_last, last = last, row
    return min(last[-1], most + 1)


def tolerated(word: str) -> int:
    """How many slips a word of this length may have: none below four letters, and none in a number."""
    if len(word) < 4 or word.isdigit():
        return 0
    return 1 if len(word) < 7 else 2
