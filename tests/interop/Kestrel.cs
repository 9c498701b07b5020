// SPDX-License-Identifier: ISC
// A web server on Kestrel that accepts logins by Negotiate and NTLM, with
// NegotiateAuthentication. Prints its port, and ends with its standard input. Reasons is a block
// of docs/programs.md: it writes to the standard error.
using System;
using System.Net;
using System.Net.Security;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using var reasons = new Reasons();
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(server => server.Listen(
    IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1));
WebApplication app = builder.Build();
app.Run(Serve);
await app.StartAsync();
var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
foreach (string address in addresses.Addresses)
{
    Console.WriteLine(new Uri(address).Port);
}
await Console.In.ReadToEndAsync();
await app.StopAsync();

// A login is valid for its connection.
static async Task Serve(HttpContext request)
{
    const string Key = "login";
    var items = request.Features.Get<IConnectionItemsFeature>().Items;
    var login = items.TryGetValue(Key, out object found) ? (NegotiateAuthentication)found : null;
    if (login is { IsAuthenticated: true })
    {
        await Answer(request, login);
        return;
    }
    string[] given = request.Request.Headers.Authorization.ToString().Split(' ', 2);
    if (given.Length < 2 || (given[0] != "Negotiate" && given[0] != "NTLM"))
    {
        Refuse(request);
        return;
    }
    if (login == null)
    {
        items[Key] = login = new NegotiateAuthentication(
            new NegotiateAuthenticationServerOptions { Package = given[0] });
    }
    string token = login.GetOutgoingBlob(given[1], out NegotiateAuthenticationStatusCode status);
    if (status > NegotiateAuthenticationStatusCode.ContinueNeeded)
    {
        login.Dispose();
        items.Remove(Key);
        Refuse(request);
        return;
    }
    if (token != null)
    {
        request.Response.Headers.WWWAuthenticate = given[0] + " " + token;
    }
    if (status == NegotiateAuthenticationStatusCode.ContinueNeeded)
    {
        request.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return;
    }
    await Answer(request, login);
}

static void Refuse(HttpContext request)
{
    request.Response.StatusCode = StatusCodes.Status401Unauthorized;
    request.Response.Headers.WWWAuthenticate = new[] { "Negotiate", "NTLM" };
}

static async Task Answer(HttpContext request, NegotiateAuthentication login)
{
    long size = 0;
    var part = new byte[65536];
    int n;
    while ((n = await request.Request.Body.ReadAsync(part)) > 0)
    {
        size += n;
    }
    request.Response.Headers["X-User"] = login.RemoteIdentity.Name;
    request.Response.Headers["X-Mech"] = login.Package;
    await request.Response.WriteAsync($"{size}\n");
}
