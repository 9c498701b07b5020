/* SPDX-License-Identifier: ISC */
/* The running processes that have loaded the GSS-API. */
#ifndef TOOLS_PROCESSES_H
#define TOOLS_PROCESSES_H

/*
 * processes_print: prints which services to restart, so that they read the mechanism
 * lines again: "systemctl restart UNIT" for a system service of systemd, else the name of
 * the program with its first process. A process counts if it has mapped libgssapi_krb5 or
 * our module, and has the root folder of this process; a process in a container reads
 * other files. A caller other than root sees only its own processes.
 */
void processes_print(void);

#endif
