/* SPDX-License-Identifier: ISC */
/* Properties and options of a context by OID. */
#include "mech/option.h"

#include "mech/oid.h"

#include <string.h>

static enum err inquire_require_mic(struct mech_context *context, struct buf *out)
{
    struct mechanism *mechanism = context_mechanism(context);
    bool required = mechanism != NULL && mechanism->ops->is_done(mechanism) &&
                    mechanism_has_integrity(mechanism) &&
                    mechanism->ops->demands_mic(mechanism);

    buf_append_u8(out, required ? 1 : 0);
    return ERR_OK;
}

/* Whether an exchange of NTLM is in progress. The properties are then those of
 * gss-ntlmssp: programs read them to find out what NTLM can do, as old versions of
 * pyspnego do after the first token. */
static bool is_half_open_ntlm(struct mech_context *context)
{
    struct mechanism *mechanism = context_mechanism(context);

    return context_established(context) == ERR_NOT_ESTABLISHED && mechanism != NULL &&
           oid_equal(mechanism->ops->mech, &MECH_OID_NTLM);
}

static enum err inquire_session_key(struct mech_context *context, struct buf *out)
{
    struct mechanism *mechanism = context_mechanism(context);
    struct bytes key;
    enum err e = context_established(context);

    if (is_half_open_ntlm(context)) {
        return ERR_NO_SESSION_KEY;
    }
    if (e != ERR_OK || (e = mechanism->ops->session_key(mechanism, &key)) != ERR_OK) {
        return e;
    }
    buf_append(out, key);
    return ERR_OK;
}

static enum err inquire_ssf(struct mech_context *context, struct buf *out)
{
    enum err e = context_established(context);

    if (is_half_open_ntlm(context)) {
        buf_append_u32be(out, 0);
        return ERR_OK;
    }
    if (e != ERR_OK) {
        return e;
    }
    buf_append_u32be(out,
                     context_mechanism(context)->ops->ssf(context_mechanism(context)));
    return ERR_OK;
}

static const struct {
    const struct bytes *option;
    enum err (*inquire)(struct mech_context *context, struct buf *out);
} inquiries[] = {
    {&OPTION_SPNEGO_REQUIRE_MIC, inquire_require_mic},
    {&OPTION_SESSION_KEY, inquire_session_key},
    {&OPTION_SASL_SSF, inquire_ssf},
};

enum err option_inquire(struct mech_context *context, struct bytes option,
                        struct buf *out)
{
    if (context_established(context) == ERR_CONTEXT_FAILED) {
        return ERR_CONTEXT_FAILED;
    }
    for (size_t i = 0; i < sizeof(inquiries) / sizeof(inquiries[0]); i++) {
        if (bytes_equal(option, *inquiries[i].option)) {
            enum err e = inquiries[i].inquire(context, out);

            return e != ERR_OK ? e : buf_status(out);
        }
    }
    return ERR_OPTION;
}

static enum err set_sequence(struct mechanism *mechanism, uint32_t value)
{
    return mechanism->ops->set_sequence(mechanism, value);
}

static enum err reset_crypto(struct mechanism *mechanism, uint32_t value)
{
    enum err e = mechanism->ops->after_mic(mechanism,
                                           value == 1 ? MESSAGE_RECEIVED : MESSAGE_SENT);

    return e == ERR_NO_PROTECTION ? ERR_OK : e; /* nothing to reset */
}

/* while_half_open: whether the option is accepted, without an effect, while NTLM's
 * exchange is in progress. */
static const struct {
    const struct bytes *option;
    enum err (*set)(struct mechanism *mechanism, uint32_t value);
    bool while_half_open;
} settings[] = {
    {&OPTION_SET_SEQUENCE, set_sequence, false},
    {&OPTION_RESET_CRYPTO, reset_crypto, true},
};

/* Checks the state of this context alone. Under MIT's SPNEGO it may be established before
 * SPNEGO's own context is. */
static enum err set_locked(struct mech_context *context,
                           enum err (*set)(struct mechanism *mechanism, uint32_t value),
                           uint32_t value)
{
    enum err e = context_established(context);

    if (e != ERR_OK) {
        return e;
    }
    if ((e = context_lock(context)) != ERR_OK) {
        return e;
    }
    e = set(context_mechanism(context), value);
    fork_lock_release(&context->lock);
    return e;
}

enum err option_set(struct mech_context *context, struct bytes option, struct bytes value)
{
    uint32_t number;

    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (!bytes_equal(option, *settings[i].option)) {
            continue;
        }
        if (value.n != sizeof(number)) {
            return err_note(ERR_OPTION_VALUE, "4 bytes in host order");
        }
        if (settings[i].while_half_open && is_half_open_ntlm(context)) {
            return ERR_OK;
        }
        memcpy(&number, value.p, sizeof(number));
        return set_locked(context, settings[i].set, number);
    }
    return ERR_OPTION;
}
