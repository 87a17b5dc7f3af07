// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>
/// Learns which side of a pool's protocol speaks first, so that a transport may delay its handshake acknowledgement only where that costs nothing.
/// </summary>
/// <remarks>Any thread; a lost update only delays learning by one connection.</remarks>
internal sealed class FirstSpeaker
{
    private const int Confidence = 16;

    private int _clientFirstInARow;

    /// <summary>
    /// True after enough connections in a row in which the client spoke first; one connection in which the backend did starts the count anew.
    /// </summary>
    public bool IsClient => Volatile.Read(ref _clientFirstInARow) >= Confidence;

    /// <summary>Reports who sent the first byte of a connection.</summary>
    public void Observe(bool clientSpokeFirst)
    {
        int seen = Volatile.Read(ref _clientFirstInARow);
        if (!clientSpokeFirst)
        {
            if (seen != 0)
            {
                Volatile.Write(ref _clientFirstInARow, 0);
            }
        }
        else if (seen < Confidence)
        {
            Volatile.Write(ref _clientFirstInARow, seen + 1);
        }
    }
}
