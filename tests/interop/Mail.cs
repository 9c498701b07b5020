// SPDX-License-Identifier: ISC
// A message by SmtpClient.
using System.Net;
using System.Net.Mail;
using System.Text.Json.Nodes;

static class Mail
{
    public static JsonObject Run(NetworkCredential credential, JsonObject request)
    {
        using var client = new SmtpClient("localhost", (int)request["port"])
        {
            UseDefaultCredentials = request["user"] == null, Timeout = 60000,
        };
        if (request["user"] != null)
        {
            client.Credentials = credential;
        }
        if (request["target"] != null)
        {
            client.TargetName = (string)request["target"];
        }
        client.Send("alice@example.org", "bob@example.org", "subject", "text");
        return new JsonObject();
    }
}
