// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LbEngine.Tables;

/// <summary>The key of one slot in a <see cref="SlotIndex"/>: an address and one word more.</summary>
/// <param name="High">First half of the address.</param>
/// <param name="Low">Second half of the address.</param>
/// <param name="Rest">Whatever else tells keys apart: port and listener, or the listener alone.</param>
internal readonly record struct SlotKey(ulong High, ulong Low, ulong Rest)
{
    private static readonly ulong[] Secrets = MakeSecrets();

    public static SlotKey Of(in FlowKey key)
    {
        ulong rest = ((ulong)key.LocalAddressId << 32) | ((ulong)key.ListenerId << 16) | key.Client.Port;
        AddressKey client = key.Client.Address;
        return key.Peer == default ? new SlotKey(client.High, client.Low, rest) : Brought(client, key.Peer, rest);
    }

    public static SlotKey Of(AddressKey client, int listenerId = 0) => new(client.High, client.Low, (uint)listenerId);

    /// <summary>
    /// Two addresses in the room of one: the client's, and over it 128 bits that follow from who brings it and from secrets of this process. Nobody who
    /// does not know them can make two keys be one.
    /// </summary>
    private static SlotKey Brought(AddressKey client, in EndPointKey peer, ulong rest)
    {
        ulong high = Math.BigMul((peer.Address.High ^ Secrets[0]) + (peer.Port * 0x9E37_79B9_7F4A_7C15), peer.Address.Low ^ Secrets[1], out ulong low);
        high = Math.BigMul(high ^ Secrets[2], low ^ Secrets[3], out low);
        return new SlotKey(client.High ^ high, client.Low ^ low, rest);
    }

    private static ulong[] MakeSecrets()
    {
        var secrets = new ulong[4];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(secrets.AsSpan()));
        return secrets;
    }

    /// <summary>Hash that nobody outside can predict, as long as the seed is secret: what clients choose must not fill one bucket.</summary>
    public ulong Hash(ulong seed)
    {
        // Folded multiplication, as in wyhash (Wang Yi, 2019): both halves of the 128-bit product of two words that the seed hides.
        ulong high = Math.BigMul((High ^ seed) + (Rest * 0x9E37_79B9_7F4A_7C15), Low ^ (seed * 0xD6E8_FEB8_6659_FD93), out ulong low);

        // Once more: after one round alone, neighbouring addresses fill few buckets under about one seed in a thousand.
        high = Math.BigMul(high ^ low ^ seed, 0x9E37_79B9_7F4A_7C15, out low);
        return high ^ low;
    }
}
