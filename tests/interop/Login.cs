// SPDX-License-Identifier: ISC
// Both sides of a login by NegotiateAuthentication, in one process. Arguments: package,
// protection level, user, domain, password. Prints how it ends:
// "CLIENT SERVER signed=yes encrypted=no package=NTLM user=DOMAIN\alice"; the last four
// only if both sides completed.
using System;
using System.Net;
using System.Net.Security;
using System.Security.Principal;

const int MaxLegs = 8;

var client = new NegotiateAuthentication(new NegotiateAuthenticationClientOptions
{
    Package = args[0],
    RequiredProtectionLevel = Enum.Parse<ProtectionLevel>(args[1]),
    Credential = new NetworkCredential(args[2], args[4], args[3]),
    TargetName = "HTTP/server.test",
});
var server = new NegotiateAuthentication(new NegotiateAuthenticationServerOptions
{
    Package = args[0],
    RequiredProtectionLevel = ProtectionLevel.None,
});

var said = NegotiateAuthenticationStatusCode.ContinueNeeded;
var answered = NegotiateAuthenticationStatusCode.ContinueNeeded;
byte[] token = null;
for (int leg = 0; leg < MaxLegs; leg++)
{
    token = client.GetOutgoingBlob(token, out said);
    if (token == null || said > NegotiateAuthenticationStatusCode.ContinueNeeded)
    {
        break;
    }
    token = server.GetOutgoingBlob(token, out answered);
    if (token == null || answered > NegotiateAuthenticationStatusCode.ContinueNeeded)
    {
        break;
    }
}

static string YesNo(bool value) => value ? "yes" : "no";

string end = $"{said} {answered}";
const NegotiateAuthenticationStatusCode Completed = NegotiateAuthenticationStatusCode.Completed;
if (said == Completed && answered == Completed)
{
    end += $" signed={YesNo(client.IsSigned)} encrypted={YesNo(client.IsEncrypted)}"
        + $" package={client.Package} user={server.RemoteIdentity.Name}";
}
Console.WriteLine(end);
