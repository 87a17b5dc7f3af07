// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>Compares the secret of a request with the configured one, in a time that tells nothing about how much of it was right.</summary>
internal sealed class AdminToken(string token)
{
    private const string Scheme = "Bearer ";

    // Digests have one length, so that not even the secret's length shows.
    private readonly byte[] _digest = Digest(token);

    /// <summary>True when the header carries the secret, or none is asked for.</summary>
    public bool Accepts(string? authorization) =>
        token.Length == 0
        || (authorization is not null
            && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Digest(authorization[Scheme.Length..].Trim()), _digest));

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
