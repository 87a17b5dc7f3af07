// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>Which fields a PROXY header that is sent has behind its addresses.</summary>
[Flags]
internal enum SentFields : byte
{
    None = 0,

    /// <summary>The server's name: of the client's hello, or as one in front has told it.</summary>
    Authority = 1,

    /// <summary>As one in front has told it.</summary>
    Alpn = 2,

    /// <summary>As one in front has told it.</summary>
    Ssl = 4,

    /// <summary>As one in front has told it, or one made here.</summary>
    UniqueId = 8,

    /// <summary>Made here.</summary>
    Checksum = 16,

    /// <summary>Every other field that one in front has told, as it came.</summary>
    Other = 32,

    /// <summary>Those that are known only while the client's first bytes are looked at.</summary>
    Told = Authority | Alpn | Ssl | UniqueId | Other,
}
