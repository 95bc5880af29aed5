"""Whose an e-mail address is. Plain Python; knows nothing of Odoo."""

# At these addresses everybody lives: they say nothing of the employer, and a person
# takes his along to the next one.
PRIVATE_MAIL = {
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "orange.fr",
    "free.fr",
    "mail.ru",
    "bk.ru",
    "inbox.ru",
    "list.ru",
    "internet.ru",
    "yandex.ru",
    "yandex.com",
    "ya.ru",
    "rambler.ru",
    "vk.com",
    "ukr.net",
    "tut.by",
    "proton.me",
    "protonmail.com",
}


def own_domain(email):
    """The domain of an address, where it is its owner's alone; else empty.

    >>> own_domain("anna@toys.example"), own_domain("anna@gmail.com"), own_domain("")
    ('toys.example', '', '')
    """
    domain = (email or "").rpartition("@")[2].lower()
    return "" if domain in PRIVATE_MAIL else domain
