from odoo import api, models

# A change of these changes with whom a meeting is arranged, or for when.
ARRANGED_BY = {"active", "allday", "start", "start_date", "stop", "user_id"}


class CalendarEvent(models.Model):
    """A meeting in the calendar is arranged with the clients among its attendees."""

    _inherit = "calendar.event"

    def write(self, vals):
        # Odoo takes names out of the values while it writes.
        touched = bool(ARRANGED_BY & vals.keys())
        result = super().write(vals)
        if touched:
            # The attendees themselves touch their clients when they come or go.
            self.sudo().attendee_ids._touch_arranged()
        return result

    def unlink(self):
        # sudo: meetings of colleagues can be private.
        clients = self.sudo().attendee_ids._arranged_with()
        clients |= self.sudo().with_context(active_test=False).activity_ids.client_id
        result = super().unlink()
        self.env["client.card"]._arranged_touch(clients)
        return result


class CalendarAttendee(models.Model):
    """Who is invited, declines or is taken off a meeting."""

    _inherit = "calendar.attendee"

    # What is arranged with a client is found by the attendees.
    _client_partner_idx = models.Index("(partner_id)")

    @api.model_create_multi
    def create(self, vals_list):
        attendees = super().create(vals_list)
        attendees._touch_arranged()
        return attendees

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._touch_arranged()
        return result

    def unlink(self):
        clients = self._arranged_with()
        result = super().unlink()
        self.env["client.card"]._arranged_touch(clients)
        return result

    def _arranged_with(self):
        """The clients among these attendees, or whose persons they are."""
        # sudo: a colleague's meeting with a client of his.
        partners = self.sudo().partner_id.filtered("client_base")
        return partners.commercial_partner_id

    def _touch_arranged(self):
        self.env["client.card"]._arranged_touch(self._arranged_with())
