"""The pages *Be the first to know*: served without a website, to people who are nobody
yet. The answer never depends on who is known already."""

import re
import time
from datetime import date

from odoo import http
from odoo.http import request
from odoo.tools import email_normalize

from ..models.client_finder import phone_key

# A person needs longer than that to fill it in; and does not come back the next day.
LEAST_SECONDS = 3
MOST_SECONDS = 24 * 3600
LENGTHS = {"name": 100, "email": 150, "phone": 40}
# Of links and addresses a name has none.
NO_NAME = re.compile(r"://|www\.|[<>{}@]", re.IGNORECASE)
# A field that people do not see and robots fill in.
TRAP = "company_site"
ASKED = ("name", "phone", "email", "birthdate", "consent")


class ClientSubscribe(http.Controller):
    @http.route(
        "/client/subscribe/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        sitemap=False,
    )
    def client_subscribe(self, token, **given):
        form = self._form(token, given.get("lang"))
        if request.httprequest.method == "GET":
            return self._show(form, {}, {})
        if not form._allow(request.httprequest.remote_addr):
            return self._show(form, {}, {}, busy=True)
        if given.get(TRAP):
            return self._thanks(form)
        said = {name: (given.get(name) or "").strip() for name in ASKED}
        env = form.env
        waited = time.time() - form._stamped(given.get("stamp"))
        errors, values = self._read(env, form, said)
        if not errors and not LEAST_SECONDS <= waited <= MOST_SECONDS:
            errors["form"] = env._("Please press the button once more.")
        if errors:
            return self._show(form, said, errors)
        env["client.subscribe.entry"].create(
            values
            | {
                "form_id": form.id,
                "consent_text": form.consent_text,
                "lang": env.lang,
            }
        )
        env.ref("client_base_retention.ir_cron_client_subscribe")._trigger()
        return self._thanks(form)

    @http.route(
        "/client/subscribe/<string:token>/thanks",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def client_subscribe_thanks(self, token, lang=None):
        form = self._form(token, lang)
        return self._render("client_subscribe_thanks", {"page": form._page()})

    # --------------------------------------------------------------------- what is said

    def _read(self, env, form, said):
        """({field: what is wrong}, values of the entry)."""
        errors, values = {}, {}
        name = said["name"][: LENGTHS["name"]]
        if not name:
            errors["name"] = env._("Please write your name.")
        elif NO_NAME.search(name):
            errors["name"] = env._("Please write only your name here.")
        values["name"] = name
        if not said["phone"] and not said["email"]:
            errors["phone"] = env._("Leave a telephone or an e-mail.")
        if said["phone"]:
            values["phone"] = said["phone"]
            if len(said["phone"]) > LENGTHS["phone"] or not phone_key(said["phone"]):
                errors["phone"] = env._("This is no telephone number.")
        if said["email"]:
            values["email"] = email_normalize(said["email"])
            if len(said["email"]) > LENGTHS["email"] or not values["email"]:
                errors["email"] = env._("This is no e-mail address.")
        if form.ask_birthday and said["birthdate"]:
            values["birthdate"] = self._birthday(said["birthdate"])
            if not values["birthdate"]:
                errors["birthdate"] = env._("This is no birthday.")
        if not said["consent"]:
            errors["consent"] = env._("Without your consent we may not keep anything.")
        return errors, values

    def _birthday(self, text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        return day if date(1900, 1, 1) <= day <= date.today() else None

    # ------------------------------------------------------------------------- answers

    def _form(self, token, lang):
        """The open page of a link, in the visitor's language; else there is none.

        :raise NotFound: the same for links that never were and pages that are closed
        """
        form = request.env["client.subscribe.form"]._of_token(token)
        if not form:
            raise request.not_found()
        codes = {code for code, _name in request.env["res.lang"].get_installed()}
        if lang in codes:
            form = form.with_context(lang=lang)
        return form

    def _show(self, form, said, errors, busy=False):
        languages = request.env["res.lang"].get_installed()
        values = {
            "page": form._page(),
            "said": said,
            "errors": errors,
            "busy": busy,
            "stamp": form._stamp(int(time.time())),
            "trap": TRAP,
            "today": date.today().isoformat(),
            "lang": form.env.lang,
            "languages": languages if len(languages) > 1 else [],
        }
        response = self._render("client_subscribe_page", values, form.env.lang)
        if busy:
            response.status_code = 429
        return response

    def _thanks(self, form):
        lang = form.env.lang or ""
        where = f"/client/subscribe/{form.token}/thanks?lang={lang}"
        return request.redirect(where, code=303)

    def _render(self, template, values, lang=None):
        if lang:
            request.update_context(lang=lang)
        headers = {
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
        }
        response = request.render(
            f"client_base_retention.{template}",
            values | {"lang": request.env.lang},
            headers=headers,
        )
        # Rendered now, so that a status set later is that of this answer.
        response.flatten()
        return response
