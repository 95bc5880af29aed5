import inspect

from odoo.tests import TransactionCase, tagged

OURS = "odoo.addons.client_base_retention."


def ends(self):
    return {}


def goes_on(self):
    return super()._fold()


@tagged("post_install", "-at_install")
class TestModelOrder(TransactionCase):
    """Files extend a model in the order in which they are loaded, and an import out of
    turn changes it. No method may then cut off the ones that another file adds to."""

    def test_no_chain_is_cut_off(self):
        cut = [
            f"{name}.{method}: {cls.__module__} ends before {lower.__module__}"
            for name in self.registry
            for cls, method, lower in self.shadowed(name, type(self.env[name]))
        ]
        self.assertFalse(cut, "\n".join(cut))

    def test_a_cut_would_be_found(self):
        def part(module, call):
            where = f"{OURS}models.{module}"
            body = {"__module__": where, "_name": "client.some", "_fold": call}
            return type(module, (), body)

        first, second = part("first", ends), part("second", goes_on)
        rightly = type("rightly", (second, first), {})
        wrongly = type("wrongly", (first, second), {})
        self.assertEqual(list(self.shadowed("client.some", rightly)), [])
        found = list(self.shadowed("client.some", wrongly))
        self.assertEqual(found, [(first, "_fold", second)])

    def shadowed(self, name, model):
        """(class, method, class below it that has the method, too) of our classes that
        extend a model and whose method does not go on."""
        ours = [
            cls
            for cls in model.__mro__
            if cls.__module__.startswith(OURS) and cls._name == name
        ]
        for place, cls in enumerate(ours):
            for method, function in vars(cls).items():
                if not inspect.isfunction(function) or "super(" in inspect.getsource(
                    function
                ):
                    continue
                for lower in ours[place + 1 :]:
                    if method in vars(lower):
                        yield cls, method, lower
