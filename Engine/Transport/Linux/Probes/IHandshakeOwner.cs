// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Probes;

/// <summary>Hears how a handshake of a <see cref="HandshakeProber"/> ended.</summary>
internal interface IHandshakeOwner
{
    /// <summary>Called once, on the prober's thread. Must not block nor throw.</summary>
    /// <param name="errno">0 when the peer accepts; otherwise the error number, ETIMEDOUT for no answer in time.</param>
    /// <param name="elapsed">Since the start.</param>
    void OnHandshake(int errno, TimeSpan elapsed);
}
