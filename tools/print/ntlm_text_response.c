/* SPDX-License-Identifier: ISC */
/* The responses of AUTHENTICATE as lines of a tree ([MS-NLMP] 2.2.2.3 to 2.2.2.8). */
/*
 * An NTLMv2 response: NTProofStr, then the blob (NTLMv2_CLIENT_CHALLENGE):
 *  0            16         17           18          24          32
 * +------------+----------+------------+-----------+-----------+
 * | NTProofStr | RespType | HiRespType | Reserved  | TimeStamp |
 * +------------+----------+------------+-----------+-----------+
 *  32                    40          44
 * +---------------------+-----------+----------+-------------------+
 * | ChallengeFromClient | Reserved  | AV pairs | whatever (zeros)  |
 * +---------------------+-----------+----------+-------------------+
 */
#include "tools/print/ntlm_text_response.h"

#include "ntlm/kdf.h"
#include "tools/print/ntlm_text_avpair.h"

static void print_unknown_response(struct text_tree *tree, const char *name,
                                   const struct message_field *field)
{
    text_value_secret_kind(tree, name, field, ", of unknown kind");
    text_tree_fault(tree, ERR_NTLM_RESPONSE, field->offset);
}

void text_response_lm(struct text_tree *tree, const char *name,
                      const struct message_field *field)
{
    size_t len = field->value.n;
    bool zero = text_value_is_zero(field->value);

    if (len == 0) {
        text_tree_line(tree, name, "empty");
        return;
    }
    if (len == 1 && zero) {
        text_tree_line(tree, name, "1 zero byte at %zu, anonymous", field->offset);
        return;
    }
    if (len != NTLM_V1_RESPONSE_LEN) {
        print_unknown_response(tree, name, field);
        return;
    }
    if (zero) {
        text_tree_line(tree, name, "%zu zero bytes at %zu, none", len, field->offset);
        return;
    }
    text_value_secret_kind(tree, name, field, ", LM or LMv2");
}

/* NTLMv2_RESPONSE (2.2.2.8): NTProofStr, then the blob (2.2.2.7) with its AV pairs. */
static void print_v2_response(struct text_tree *tree, const struct message_field *field)
{
    struct reader r = reader_of(field->value);
    struct bytes proof = reader_consume(&r, NTLM_PROOF_LEN);
    unsigned type = reader_u8(&r);
    unsigned highest_type = reader_u8(&r);
    uint64_t filetime;
    struct bytes challenge;
    size_t used = 0;

    (void)reader_consume(&r, 6); /* reserved */
    filetime = reader_u64le(&r);
    challenge = reader_consume(&r, NTLM_CHALLENGE_LEN);
    (void)reader_consume(&r, 4); /* reserved */
    if (reader_status(&r) != ERR_OK) {
        text_tree_fault(tree, ERR_NTLM_RESPONSE, field->offset);
        return;
    }
    text_value_hidden(tree, "NTProofStr", proof);
    text_tree_line(tree, "RespType", "%u, highest %u", type, highest_type);
    text_value_time(tree, "TimeStamp", filetime);
    text_value_hidden(tree, "ChallengeFromClient", challenge);
    if (reader_left(&r) > 0) {
        used = text_avpair_print(tree, r.rest, field->offset + reader_at(&r));
    }
    if (tree->err == ERR_OK) {
        text_avpair_rest(tree, reader_left(&r) - used);
    }
}

void text_response_nt(struct text_tree *tree, const char *name,
                      const struct message_field *field)
{
    size_t len = field->value.n;

    if (len == 0) {
        text_tree_line(tree, name, "empty");
        return;
    }
    if (len == NTLM_V1_RESPONSE_LEN) {
        text_value_secret_kind(tree, name, field, ", NTLMv1");
        return;
    }
    if (len < NTLM_V2_RESPONSE_MIN) {
        print_unknown_response(tree, name, field);
        return;
    }
    text_tree_line(tree, name, "%zu bytes at %zu, NTLMv2", len, field->offset);
    tree->indent += 2;
    print_v2_response(tree, field);
    tree->indent -= 2;
}
