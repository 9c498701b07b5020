/* SPDX-License-Identifier: ISC */
/* A copy of a credential store. */
#include "mech/cred_store_copy.h"

#include <stdlib.h>
#include <string.h>

static void free_text(char *text)
{
    if (text != NULL) {
        explicit_bzero(text, strlen(text));
        free(text);
    }
}

void store_copy_cleanup(struct store_copy *store)
{
    for (size_t i = 0; i < store->set.count; i++) {
        free_text((char *)(uintptr_t)store->set.elements[i].key);
        free_text((char *)(uintptr_t)store->set.elements[i].value);
    }
    free(store->set.elements);
}

/* count grows with each pair, so that store_copy_cleanup frees the pairs that were copied
 * before an error. */
enum err store_copy_dup(gss_const_key_value_set_t from, struct store_copy *to)
{
    if (from == NULL) {
        return ERR_OK;
    }
    to->present = true;
    to->set.elements = calloc(from->count + 1, sizeof(*to->set.elements));
    if (to->set.elements == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < from->count; i++) {
        gss_key_value_element_desc *pair = &to->set.elements[i];

        if (from->elements[i].key == NULL || from->elements[i].value == NULL) {
            return ERR_ARGUMENT;
        }
        to->set.count++;
        pair->key = strdup(from->elements[i].key);
        pair->value = strdup(from->elements[i].value);
        if (pair->key == NULL || pair->value == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    return ERR_OK;
}
