// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Streams;

/// <summary>How a stream ended for the one who read it.</summary>
internal enum PeerEnd
{
    /// <summary>It has not ended.</summary>
    Open,

    /// <summary>An orderly end.</summary>
    Fin,

    /// <summary>A reset.</summary>
    Rst,
}
