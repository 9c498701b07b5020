// SPDX-License-Identifier: ISC
// Both ends of a NegotiateStream, over loopback.
using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Principal;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

static class Streams
{
    private const int DataSize = 200000; // more than three frames

    // What each end says: its login, or its exception; and how much arrived there.
    public static JsonObject Run(NetworkCredential credential, JsonObject request)
    {
        var level = Enum.Parse<ProtectionLevel>((string)request["level"]);
        var demanded = Enum.Parse<ProtectionLevel>((string)request["demanded"] ?? "None");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var near = new TcpClient();
        near.Connect((IPEndPoint)listener.LocalEndpoint);
        using TcpClient far = listener.AcceptTcpClient();
        near.ReceiveTimeout = far.ReceiveTimeout = 60000;
        using var client = new NegotiateStream(near.GetStream());
        using var server = new NegotiateStream(far.GetStream());
        Task<JsonObject> serving = Task.Run(() => End(server, () =>
            server.AuthenticateAsServer(CredentialCache.DefaultNetworkCredentials, demanded,
                                        TokenImpersonationLevel.Identification)));
        JsonObject said = End(client, () => client.AuthenticateAsClient(
            credential, null, (string)request["target"], level,
            TokenImpersonationLevel.Identification));
        return new JsonObject { ["client"] = said, ["server"] = serving.Result };
    }

    private static JsonObject End(NegotiateStream end, Action login)
    {
        try
        {
            login();
            var answer = new JsonObject
            {
                ["user"] = end.IsServer ? end.RemoteIdentity.Name : null,
                ["signed"] = end.IsSigned, ["encrypted"] = end.IsEncrypted,
                ["package"] = end.RemoteIdentity.AuthenticationType,
            };
            answer["arrived"] = Exchange(end);
            return answer;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            end.Dispose();
            return new JsonObject { ["error"] = Failure.Text(error) };
        }
    }

    // Writes and reads at once; the number of right bytes that arrive.
    private static int Exchange(NegotiateStream end)
    {
        var data = new byte[DataSize];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)(i * 7);
        }
        Task writing = end.WriteAsync(data, 0, data.Length);
        var arrived = new byte[DataSize];
        int n = 0;
        while (n < DataSize)
        {
            int more = end.Read(arrived, n, DataSize - n);
            if (more == 0)
            {
                break;
            }
            n += more;
        }
        writing.Wait();
        return arrived.AsSpan(0, n).SequenceEqual(data.AsSpan(0, n)) ? n : -1;
    }
}
