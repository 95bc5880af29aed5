from odoo import api, fields, models

# What whoever finishes an activity may say about the contact that it was.
ASKED = {"outcome", "kind", "direction", "person_id", "note", "date"}


class ClientTouchpoint(models.Model):
    """Contacts noticed from meetings, and what is learned about them later."""

    _inherit = "client.touchpoint"

    @api.model
    def _fitting_values(self, vals, asked):
        """The values that the user gave (``client_contact_values``) for one contact.

        A person of another client and a date to come are left out, so that nothing is
        lost by them.
        """
        given = {key: value for key, value in asked.items() if key in ASKED}
        if not given.get("note"):
            given.pop("note", None)
        moment = fields.Datetime.to_datetime(given.get("date"))
        if not moment or moment > fields.Datetime.now():
            given.pop("date", None)
        # sudo: the company of a person one may see can be hidden.
        people = self.env["res.partner"].sudo()
        person = people.browse(given.get("person_id") or ()).exists()
        client = people.browse(vals["partner_id"]).commercial_partner_id
        if person.commercial_partner_id != client:
            given.pop("person_id", None)
        return given

    @api.model
    def _complete_meetings(self, contacts, new, asked):
        """Finishing the activity of a meeting noticed before says more about it: what
        was said, and whether it was held at all."""
        keys = {
            (vals["res_id"], self._client_id_of(vals)): vals
            for vals in contacts
            if vals["res_model"] == "calendar.event"
        }
        if not keys:
            return
        # sudo: the contact was noticed in the name of the meeting's organizer.
        known = self.sudo().search(
            [
                ("res_model", "=", "calendar.event"),
                ("res_id", "in", [event_id for event_id, _client in keys]),
                ("id", "not in", new.ids),
            ]
        )
        for contact in known:
            vals = keys.get((contact.res_id, contact.partner_id.id))
            if vals:
                said = {key: vals[key] for key in ASKED & asked.keys() & vals.keys()}
                if vals.get("note"):
                    said["note"] = vals["note"]
                if said:
                    contact.write(said)

    def _client_id_of(self, vals):
        # sudo: see _fitting_values.
        partner = self.env["res.partner"].sudo().browse(vals["partner_id"])
        return partner.commercial_partner_id.id
