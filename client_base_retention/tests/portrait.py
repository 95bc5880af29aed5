"""What the tests of portraits share: two segments that ask some of the same."""

from .common import ClientBaseCommon


def question(name, label, kind="char", *words, **more):
    """A question as Odoo's properties take it; words are options."""
    found = {"name": name, "string": label, "type": kind, **more}
    if kind == "selection":
        found["selection"] = [[word.lower(), word] for word in words]
    elif kind == "tags":
        found["tags"] = [[word.lower(), word, 1] for word in words]
    return found


class PortraitCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kiosks = cls.env["client.segment"].create(
            {
                "name": "Kiosks (test)",
                "profile_definition": [
                    question("t_area", "Area", "float", suffix="m²"),
                    question("t_price", "Price", "selection", "Low", "Middle"),
                    question("t_brands", "Brands"),
                    question("t_season", "Season", "tags", "Summer", "Winter"),
                    question("t_visit", "Visited on", "date"),
                ],
            }
        )
        cls.mills = cls.env["client.segment"].create(
            {
                "name": "Mills (test)",
                "profile_definition": [
                    question("t_output", "Output", "float"),
                    # The same thing under another name, with other keys of options.
                    question("t_brands_of_mill", "  brands "),
                    question("t_price_of_mill", "PRICE", "selection", "High", "Middle"),
                    # Another thing under the same words.
                    question("t_area_of_mill", "Area"),
                ],
            }
        )

    def kiosk(self, name="Kiosk", **answers):
        return self.make_partner(
            name, segment_id=self.kiosks.id, profile_properties=answers
        )

    def answers(self, partner):
        """The answers that say something."""
        partner.invalidate_recordset()
        values = partner.profile_properties._values or {}
        return {
            name: value
            for name, value in values.items()
            if value is not None and value is not False and value != []
        }

    def kept(self, partner):
        return {
            answer["string"].strip(): answer["value"]
            for answer in partner.profile_kept or []
        }
