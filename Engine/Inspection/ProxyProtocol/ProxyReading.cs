// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>How far bytes have come towards a PROXY header.</summary>
internal enum ProxyReading : byte
{
    /// <summary>So far they are the beginning of one.</summary>
    NeedsMore,

    /// <summary>It is whole; what follows it belongs to the stream.</summary>
    Whole,

    /// <summary>They are none, and nothing that may follow makes them one.</summary>
    Malformed,
}
