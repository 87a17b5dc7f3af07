// SPDX-License-Identifier: MIT
namespace LbEngine.Kestrel;

/// <summary>What becomes of peers whose PROXY header is not believed.</summary>
public enum UntrustedPeer
{
    /// <summary>Their connections are aborted before anything is read of them.</summary>
    Refuse,

    /// <summary>They have to send a header, too, but count as who they are to the transport: what it says is ignored.</summary>
    Ignore,
}
