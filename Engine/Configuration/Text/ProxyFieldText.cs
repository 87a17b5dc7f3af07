// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Text;

/// <summary>The words for fields of a PROXY header.</summary>
internal static class ProxyFieldText
{
    public const string Authority = "authority";
    public const string Alpn = "alpn";
    public const string Ssl = "ssl";
    public const string UniqueId = "unique-id";
    public const string Checksum = "crc32c";
    public const string Other = "other";

    public static IReadOnlyList<string> Words { get; } = [Authority, Alpn, Ssl, UniqueId, Checksum, Other];
}
