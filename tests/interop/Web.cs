// SPDX-License-Identifier: ISC
// Requests by HttpClient.
using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

static class Web
{
    // So many requests after another, each with a body of so many bytes if there is one: the
    // status of each, the user and mechanism that the server names, and how many connections
    // they took.
    public static JsonObject Run(NetworkCredential credential, JsonObject request)
    {
        var url = new Uri((string)request["url"]);
        var cache = new CredentialCache
        {
            { new Uri(url, "/"), (string)request["scheme"] ?? "Negotiate", credential },
        };
        int connections = 0;
        using var handler = new SocketsHttpHandler
        {
            Credentials = cache,
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
            ConnectCallback = async (context, stop) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
        var answers = new JsonArray();
        for (int i = 0; i < ((int?)request["times"] ?? 1); i++)
        {
            answers.Add(Ask(client, url, (int?)request["body"]));
        }
        return new JsonObject { ["answers"] = answers, ["connections"] = connections };
    }

    // So many logins at the same time, each on a connection of its own. Every fourth has a
    // wrong password. How many end as they should.
    public static JsonObject Crowd(NetworkCredential good, JsonObject request)
    {
        var url = new Uri((string)request["url"]);
        string scheme = (string)request["scheme"];
        var bad = new NetworkCredential(good.UserName, "wrong", good.Domain);
        var logins = new Task<HttpStatusCode>[(int)request["times"]];
        for (int i = 0; i < logins.Length; i++)
        {
            NetworkCredential who = i % 4 == 3 ? bad : good;
            logins[i] = Task.Run(async () =>
            {
                using var handler = new SocketsHttpHandler
                {
                    Credentials = new CredentialCache { { new Uri(url, "/"), scheme, who } },
                    UseProxy = false,
                };
                using var client = new HttpClient(handler);
                using HttpResponseMessage answer = await client.GetAsync(url);
                return answer.StatusCode;
            });
        }
        Task.WaitAll(logins);
        int n = 0;
        for (int i = 0; i < logins.Length; i++)
        {
            HttpStatusCode want = i % 4 == 3 ? HttpStatusCode.Unauthorized : HttpStatusCode.OK;
            n += logins[i].Result == want ? 1 : 0;
        }
        return new JsonObject { ["right"] = n };
    }

    private static JsonObject Ask(HttpClient client, Uri url, int? bodySize)
    {
        using var request = new HttpRequestMessage(
            bodySize == null ? HttpMethod.Get : HttpMethod.Post, url);
        if (bodySize != null)
        {
            request.Content = new ByteArrayContent(new byte[bodySize.Value]);
        }
        using HttpResponseMessage answer = client.Send(request);
        using var text = new StreamReader(answer.Content.ReadAsStream());
        return new JsonObject
        {
            ["status"] = (int)answer.StatusCode, ["text"] = text.ReadToEnd(),
            ["user"] = Header(answer, "X-User"), ["mech"] = Header(answer, "X-Mech"),
        };
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
