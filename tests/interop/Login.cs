// SPDX-License-Identifier: ISC
// Sides of exchanges by NegotiateAuthentication, and what .NET builds on it (Streams.cs, Web.cs,
// Mail.cs). Reads one JSON object a line, {"op": NAME, "side": NAME, ...}, and answers each with
// one: {"ok": true, ...} or {"ok": false, "text": STATUS OR EXCEPTION, ...}; "said" has what
// .NET wrote to its diagnostics. Bytes travel as base64. The protocol is that of
// login_process.py, so that login_driver.py can use a process of each as one side of a login.
// With the argument "managed" .NET's clients use .NET's own NTLM and SPNEGO.
using System;
using System.Buffers;
using System.Collections.Generic;
using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Principal;
using System.Text;
using System.Text.Json.Nodes;

AppContext.SetSwitch("System.Net.Security.UseManagedNtlm", Array.IndexOf(args, "managed") >= 0);
using var diagnostics = new Diagnostics();
var sides = new Dictionary<string, Side>();
Console.WriteLine(new JsonObject { ["ok"] = true }.ToJsonString());
while (Console.ReadLine() is string line)
{
    Console.WriteLine(Answer(JsonNode.Parse(line).AsObject()).ToJsonString());
}

JsonObject Answer(JsonObject request)
{
    string name = (string)request["side"] ?? "";
    if (!sides.TryGetValue(name, out Side side))
    {
        side = sides[name] = new Side();
    }
    if ((string)request["op"] is not ("accept" or "step"))
    {
        diagnostics.Clear(); // what a constructor has met is its first step's failure
    }
    try
    {
        JsonObject answer = side.Do(request);
        answer["ok"] = true;
        answer["said"] = diagnostics.Text();
        return answer;
    }
    catch (Exception error) when (error is not OutOfMemoryException)
    {
        return new JsonObject
        {
            ["ok"] = false, ["text"] = Failure.Text(error), ["said"] = diagnostics.Text(),
            ["major"] = 0, ["minor"] = 0, ["token"] = null,
        };
    }
}

// A status of NegotiateAuthentication that is no success.
class Failure : Exception
{
    public Failure(NegotiateAuthenticationStatusCode status) : base(status.ToString()) { }

    public static void Check(NegotiateAuthenticationStatusCode status)
    {
        if (status > NegotiateAuthenticationStatusCode.ContinueNeeded)
        {
            throw new Failure(status);
        }
    }

    // The whole chain, as a program would print it.
    public static string Text(Exception error)
    {
        var text = new StringBuilder();
        for (; error != null; error = error.InnerException)
        {
            text.Append(error is Failure ? "" : error.GetType().Name + ": ");
            text.Append(error.Message);
            text.Append(error.InnerException == null ? "" : " <- ");
        }
        return text.ToString();
    }
}

// What .NET writes to its own diagnostics about a failed call of the GSS-API.
class Diagnostics : EventListener
{
    private readonly List<string> said = new();

    public string Text()
    {
        lock (said)
        {
            return string.Join("\n", said);
        }
    }

    public void Clear()
    {
        lock (said)
        {
            said.Clear();
        }
    }

    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name == "Private.InternalDiagnostics.System.Net.Security")
        {
            EnableEvents(source, EventLevel.Error);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs data)
    {
        lock (said)
        {
            said.Add(string.Join(" ", data.Payload));
        }
    }
}

// Bindings to a channel: the bytes that TLS would give.
class Bindings : ChannelBinding
{
    private readonly int size;

    public Bindings(string data) : base(true)
    {
        const int HeadSize = 32; // SEC_CHANNEL_BINDINGS
        byte[] bytes = Encoding.UTF8.GetBytes(data);
        size = HeadSize + bytes.Length;
        var all = new byte[size];
        BitConverter.TryWriteBytes(all.AsSpan(24), bytes.Length);
        BitConverter.TryWriteBytes(all.AsSpan(28), HeadSize);
        bytes.CopyTo(all, HeadSize);
        SetHandle(Marshal.AllocHGlobal(size));
        Marshal.Copy(all, 0, handle, size);
    }

    public override int Size => size;

    protected override bool ReleaseHandle()
    {
        Marshal.FreeHGlobal(handle);
        return true;
    }
}

partial class Side
{
    private static readonly string[] KeyNames =
    {
        "_clientSigningKey", "_serverSigningKey", "_clientSealingKey", "_serverSealingKey",
    };

    private NegotiateAuthentication context;
    private bool isServer;
    private Bindings bindings;

    public JsonObject Do(JsonObject request) => (string)request["op"] switch
    {
        "initiate" => Initiate(request),
        "accept" => Accept(request),
        "step" => Step(Bytes(request, "token")),
        "info" => Info(),
        "wrap" => Wrap(Bytes(request, "data"), (bool)request["encrypt"]),
        "unwrap" => Unwrap(Bytes(request, "data")),
        "unwrap_in_place" => UnwrapInPlace(Bytes(request, "data")),
        "sign" => Sign(Bytes(request, "data")),
        "verify" => Verify(Bytes(request, "data"), Bytes(request, "signature")),
        "keys" => Keys(),
        "stream" => Streams.Run(Credential(request), request),
        "http" => Web.Run(Credential(request), request),
        "crowd" => Web.Crowd(Credential(request), request),
        "mail" => Mail.Run(Credential(request), request),
        _ => throw new ArgumentException("op"),
    };

    private static byte[] Bytes(JsonObject request, string name) =>
        request[name] == null ? null : Convert.FromBase64String((string)request[name]);

    private static JsonObject Data(byte[] data, bool encrypted) => new()
    {
        ["data"] = Convert.ToBase64String(data), ["encrypted"] = encrypted,
    };

    private static NetworkCredential Credential(JsonObject request) => request["user"] == null
        ? CredentialCache.DefaultNetworkCredentials
        : new NetworkCredential((string)request["user"], (string)request["password"],
                                (string)request["domain"] ?? "");

    private static ProtectionLevel Level(JsonObject request) =>
        Enum.Parse<ProtectionLevel>((string)request["level"] ?? "None");

    private JsonObject Initiate(JsonObject request)
    {
        bindings = request["bindings"] == null ? null : new Bindings((string)request["bindings"]);
        isServer = false;
        context = new NegotiateAuthentication(new NegotiateAuthenticationClientOptions
        {
            Package = (string)request["package"],
            Credential = Credential(request),
            TargetName = (string)request["target"],
            RequiredProtectionLevel = Level(request),
            Binding = bindings,
            RequireMutualAuthentication = (bool?)request["mutual"] ?? false,
            AllowedImpersonationLevel = Enum.Parse<TokenImpersonationLevel>(
                (string)request["impersonation"] ?? "None"),
        });
        return new JsonObject();
    }

    private JsonObject Accept(JsonObject request)
    {
        bindings = request["bindings"] == null ? null : new Bindings((string)request["bindings"]);
        isServer = true;
        context = new NegotiateAuthentication(new NegotiateAuthenticationServerOptions
        {
            Package = (string)request["package"],
            RequiredProtectionLevel = Level(request),
            Binding = bindings,
        });
        return new JsonObject();
    }

    private JsonObject Step(byte[] token)
    {
        byte[] reply = context.GetOutgoingBlob(token, out NegotiateAuthenticationStatusCode status);
        Failure.Check(status);
        return new JsonObject
        {
            ["token"] = reply == null || reply.Length == 0 ? null : Convert.ToBase64String(reply),
            ["done"] = status == NegotiateAuthenticationStatusCode.Completed,
        };
    }

    private JsonObject Info() => new()
    {
        ["user"] = isServer ? context.RemoteIdentity.Name : null,
        ["package"] = context.Package,
        ["level"] = context.ProtectionLevel.ToString(),
        ["mutual"] = context.IsMutuallyAuthenticated,
        ["impersonation"] = context.ImpersonationLevel.ToString(),
    };

    private JsonObject Wrap(byte[] data, bool encrypt)
    {
        var sealedData = new ArrayBufferWriter<byte>();
        Failure.Check(context.Wrap(data, sealedData, encrypt, out bool encrypted));
        return Data(sealedData.WrittenSpan.ToArray(), encrypted);
    }

    private JsonObject Unwrap(byte[] data)
    {
        var opened = new ArrayBufferWriter<byte>();
        Failure.Check(context.Unwrap(data, opened, out bool encrypted));
        return Data(opened.WrittenSpan.ToArray(), encrypted);
    }

    private JsonObject UnwrapInPlace(byte[] data)
    {
        Failure.Check(context.UnwrapInPlace(data, out int at, out int length, out bool encrypted));
        return Data(data.AsSpan(at, length).ToArray(), encrypted);
    }

    private JsonObject Sign(byte[] data)
    {
        var signature = new ArrayBufferWriter<byte>();
        context.ComputeIntegrityCheck(data, signature);
        return Data(signature.WrittenSpan.ToArray(), false);
    }

    private JsonObject Verify(byte[] data, byte[] signature)
    {
        if (!context.VerifyIntegrityCheck(data, signature))
        {
            throw new Failure(NegotiateAuthenticationStatusCode.MessageAltered);
        }
        return new JsonObject();
    }

    // The keys of .NET's own NTLM, which it shows to nobody.
    private JsonObject Keys()
    {
        const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance;
        object held = context.GetType().GetField("_pal", Hidden)?.GetValue(context);
        held = held?.GetType().GetField("_mechanism", Hidden)?.GetValue(held) ?? held;
        var keys = new JsonObject();
        foreach (string name in KeyNames)
        {
            var key = (byte[])held?.GetType().GetField(name, Hidden)?.GetValue(held);
            keys[name] = key == null ? null : Convert.ToHexString(key).ToLowerInvariant();
        }
        return keys;
    }
}
