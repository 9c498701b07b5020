/* SPDX-License-Identifier: ISC */
/* gss-negotiate login --list. */
#ifndef TOOLS_LOGIN_LIST_H
#define TOOLS_LOGIN_LIST_H

#include "tools/tool.h"

/* login_list: prints the users of a credential file by their targets, in the order in
 * which a login searches them. Prints no hash. */
enum tool_exit login_list(const char *path);

#endif
