/* SPDX-License-Identifier: ISC */
/* A mechanism that replaces Kerberos. */
#include "tests/fuzz/fake.h"

#include "base/secret.h"
#include "mech/oid.h"
#include "mech/status.h"

#include <krb5.h>
#include <stdlib.h>
#include <string.h>

#define MIC_LEN sizeof(struct ntlm_key)

struct fake {
    struct mechanism mechanism;
    enum gss_role role;
    size_t leg; /* of the next token, either side's */
};

static struct fake_plan plan;
static bool has_failed;

static struct fake *of(struct mechanism *mechanism)
{
    return (struct fake *)mechanism;
}

static const struct fake *of_const(const struct mechanism *mechanism)
{
    return (const struct fake *)mechanism;
}

void fake_set_plan(const struct fake_plan *wanted)
{
    plan = *wanted;
    has_failed = false;
}

bool fake_has_failed(void)
{
    return has_failed;
}

static enum err fail(OM_uint32 code)
{
    has_failed = true;
    return status_glue(GSS_S_FAILURE, code);
}

static bool is_done(const struct mechanism *mechanism)
{
    return of_const(mechanism)->leg >= plan.n_legs;
}

static enum err take(struct fake *fake, struct bytes in)
{
    const uint8_t wanted[] = {'A', 'P', (uint8_t)('0' + fake->leg)};

    if (!bytes_equal(in, bytes_of(wanted, sizeof(wanted)))) {
        return fail((OM_uint32)KRB5KRB_AP_ERR_MSG_TYPE);
    }
    fake->leg++;
    return ERR_OK;
}

static void give(struct fake *fake, struct buf *out)
{
    if (fake->leg < plan.n_legs) {
        buf_printf(out, "AP%zu", fake->leg);
        fake->leg++;
    }
}

static enum err step(struct mechanism *mechanism, const struct step_input *leg,
                     struct buf *out)
{
    struct fake *fake = of(mechanism);
    bool begins = fake->role == ROLE_INITIATOR && fake->leg == 0;
    enum err e = begins ? ERR_OK : take(fake, leg->in);

    if (e == ERR_OK && begins && plan.initiate_fails) {
        return fail(
            (OM_uint32)(plan.unlisted ? KRB5KDC_ERR_PREAUTH_FAILED : KRB5_FCC_NOFILE));
    }
    if (e == ERR_OK && !begins && plan.accept_fails && fake->role == ROLE_ACCEPTOR) {
        return fail((OM_uint32)KRB5KRB_AP_ERR_MODIFIED);
    }
    if (e == ERR_OK) {
        give(fake, out);
    }
    return e;
}

static OM_uint32 flags(const struct mechanism *mechanism)
{
    return is_done(mechanism) && !plan.no_integrity ? GSS_C_INTEG_FLAG : 0;
}

static bool demands_mic(const struct mechanism *mechanism)
{
    return is_done(mechanism) && plan.demands_mic;
}

static enum err no_name(const struct mechanism *mechanism, struct mech_name **out)
{
    (void)mechanism;
    return name_new_anonymous(out);
}

static enum gss_role other(enum gss_role role)
{
    return role == ROLE_INITIATOR ? ROLE_ACCEPTOR : ROLE_INITIATOR;
}

/* Makes a MIC that only the other side verifies. */
static enum err mic(enum gss_role producer, struct bytes data, struct ntlm_key *out)
{
    static const struct ntlm_key keys[] = {{{1}}, {{2}}};

    return crypto_hmac_md5(&keys[producer], &data, 1, out);
}

static enum err sign(struct mechanism *mechanism, struct bytes data, struct buf *out)
{
    struct ntlm_key sum;
    enum err e = mic(of(mechanism)->role, data, &sum);

    buf_append(out, bytes_of(sum.b, e == ERR_OK ? MIC_LEN : 0));
    return e != ERR_OK ? e : buf_status(out);
}

static enum err verify(struct mechanism *mechanism, struct bytes data,
                       struct bytes signature)
{
    struct ntlm_key sum;
    enum err e = mic(other(of(mechanism)->role), data, &sum);

    if (e == ERR_OK && !bytes_equal(signature, bytes_of(sum.b, MIC_LEN))) {
        e = ERR_SIGNATURE;
    }
    return e;
}

/* Computes the signature of all parts; nothing is encrypted. */
static enum err sum_parts(enum gss_role producer, const struct message_part *parts,
                          size_t n_parts, struct ntlm_key *out)
{
    BUF_AUTO all = BUF_INIT;

    for (size_t i = 0; i < n_parts; i++) {
        buf_append(&all, bytes_of(parts[i].p, parts[i].n));
    }
    return buf_status(&all) != ERR_OK ? buf_status(&all)
                                      : mic(producer, buf_bytes(&all), out);
}

static enum err seal(struct mechanism *mechanism, const struct message_part *parts,
                     size_t n_parts, uint8_t out_signature[MESSAGE_SIGNATURE_LEN])
{
    struct ntlm_key sum = {{0}};
    enum err e = sum_parts(of(mechanism)->role, parts, n_parts, &sum);

    memcpy(out_signature, sum.b, MESSAGE_SIGNATURE_LEN);
    return e;
}

static enum err unseal(struct mechanism *mechanism, const struct message_part *parts,
                       size_t n_parts, struct bytes signature)
{
    struct ntlm_key sum;
    enum err e = sum_parts(other(of(mechanism)->role), parts, n_parts, &sum);

    if (e == ERR_OK && !bytes_equal(signature, bytes_of(sum.b, MESSAGE_SIGNATURE_LEN))) {
        e = ERR_SIGNATURE;
    }
    return e;
}

static enum err after_mic(struct mechanism *mechanism, enum message_direction side)
{
    (void)mechanism;
    (void)side;
    return ERR_OK;
}

static enum err set_sequence(struct mechanism *mechanism, uint32_t sequence)
{
    (void)mechanism;
    (void)sequence;
    return ERR_OPTION;
}

static enum err session_key(const struct mechanism *mechanism, struct bytes *out_key)
{
    (void)mechanism;
    *out_key = bytes_str("a key");
    return ERR_OK;
}

static unsigned ssf(const struct mechanism *mechanism)
{
    (void)mechanism;
    return 1;
}

static void release(struct mechanism *mechanism)
{
    free(mechanism);
}

static const struct mechanism_ops ops = {
    .mech = &MECH_OID_KRB5,
    .step = step,
    .is_done = is_done,
    .flags = flags,
    .lifetime = mechanism_no_end,
    .demands_mic = demands_mic,
    .source_name = no_name,
    .target_name = no_name,
    .sign = sign,
    .verify = verify,
    .seal = seal,
    .unseal = unseal,
    .export = mechanism_no_export,
    .after_mic = after_mic,
    .set_sequence = set_sequence,
    .session_key = session_key,
    .ssf = ssf,
    .end_step = mechanism_no_end_step,
    .glue_context = mechanism_no_glue_context,
    .move_delegated = mechanism_no_delegated,
    .free = release,
};

static enum err start(enum gss_role role, struct mechanism **out)
{
    struct fake *fake = calloc(1, sizeof(*fake));

    *out = NULL;
    if (fake == NULL) {
        return ERR_NO_MEMORY;
    }
    *fake = (struct fake){.mechanism = {&ops}, .role = role};
    *out = &fake->mechanism;
    return ERR_OK;
}

static enum err initiate(const struct mechanism_request *request, struct mechanism **out)
{
    (void)request;
    return start(ROLE_INITIATOR, out);
}

static enum err accept(const struct mechanism_request *request, struct mechanism **out)
{
    (void)request;
    return start(ROLE_ACCEPTOR, out);
}

/* The body of 1.2.840.113554.1.2.2, as OID_KRB5, which no initializer can take. */
#define KRB5_BODY ((const uint8_t *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")

const struct spnego_mech fake_initiator = {{KRB5_BODY, 9}, initiate, KEYS_THERE};
const struct spnego_mech fake_acceptor = {{KRB5_BODY, 9}, accept, KEYS_THERE};
