// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.Tls;

/// <summary>What a <see cref="ClientHelloReader"/> has found.</summary>
internal enum HelloOutcome : byte
{
    /// <summary>Bytes to come can still change the answer.</summary>
    NeedsMore,

    /// <summary>A ClientHello: what it names is known.</summary>
    Read,

    /// <summary>Not TLS as of version 3: something else, or SSL 2.</summary>
    NotTls,

    /// <summary>Begins as TLS and breaks its rules, or is longer than is read of anybody.</summary>
    Malformed,
}
