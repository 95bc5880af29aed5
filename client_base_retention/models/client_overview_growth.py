from odoo import models

NO_CLASS = "none"


class ClientOverview(models.AbstractModel):
    """*Class x potential*: where growth lies (sketch 5.5, needs N46-N49)."""

    _inherit = "client.overview"

    def _growing(self):
        """Growth points, all and by class: (key, label, explanation, leaves).

        The first one is what the others add up to.
        """
        growth = self.env["client.my.day"]._growth_leaves()
        explanation = self.env._(
            "High potential of which less than half is bought from us."
        )
        words = self.env["client.card"]._fields["abc_class"]
        classes = [
            *words._description_selection(self.env),
            (NO_CLASS, self.env._("no class")),
        ]
        return [
            ("growth", self.env._("Growth points"), explanation, growth),
            *(
                (
                    f"growth_{key}",
                    self.env._("%s / high", label),
                    explanation,
                    [*growth, ("abc_class", "=", key != NO_CLASS and key)],
                )
                for key, label in classes
            ),
        ]

    def _growth(self, figures):
        """The line *Class x potential*.

        :param figures: those counted for ``_growing``
        :return: {"total", "classes": figures of classes that have growth points,
            "potential", "regularity": {"action"} of the two matrices}
        """
        total, *classes = figures
        return {
            "total": total,
            "classes": [figure for figure in classes if figure["value"]],
            "potential": {"action": self._matrix("client_card_action_potential")},
            "regularity": {"action": self._matrix("client_card_action_xyz")},
        }

    def _matrix(self, action):
        return self.env["ir.actions.act_window"]._for_xml_id(
            f"client_base_retention.{action}"
        )

    def _missing_in_words(self, amount):
        """ "3,200,000 missing a year", or nothing where nothing is."""
        currency = self.env.company.currency_id
        return amount > 0 and self.env._("%s missing a year", currency.format(amount))
