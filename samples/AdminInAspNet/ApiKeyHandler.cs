// SPDX-License-Identifier: MIT
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace LbEngine.Samples.AdminInAspNet;

/// <summary>Knows operators by one key in a header. Yours may be bearer tokens, certificates or whatever the app has already.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IConfiguration configuration)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string Header = "X-Api-Key";

    // What is shorter can be tried one after the other.
    private const int ShortestKey = 16;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string sent = Request.Headers[Header].ToString();
        string key = configuration["OperatorKey"] is { Length: >= ShortestKey } known ? known : throw new InvalidOperationException(
            $"Set OperatorKey, such as by an environment variable of that name, to {ShortestKey} characters or more: openssl rand -hex 16 prints some.");
        return Task.FromResult(CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(key))
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(SchemeName)), SchemeName))
            : AuthenticateResult.NoResult());
    }
}
