// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace LbEngine.Samples.DnsFront;

/// <summary>Asks a DNS server for one IPv4 address over UDP (RFC 1035): as much of a resolver as this sample needs.</summary>
internal static class DnsQuery
{
    private const int HeaderLength = 12;
    private const int AddressLength = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="TimeoutException">No reply came in time.</exception>
    public static async Task<IPAddress> AskAsync(IPEndPoint server, string name)
    {
        ushort id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        using var client = new UdpClient();
        client.Connect(server);
        await client.SendAsync(Write(id, name));

        Task<UdpReceiveResult> reply = client.ReceiveAsync();
        byte[] message = (await reply.WaitAsync(Patience)).Buffer;
        if (message.Length < HeaderLength + AddressLength || BinaryPrimitives.ReadUInt16BigEndian(message) != id)
        {
            throw new InvalidDataException("The reply does not belong to the query.");
        }

        // The answer of a DemoDnsServer ends with the address.
        return new IPAddress(message.AsSpan(message.Length - AddressLength));
    }

    private static byte[] Write(ushort id, string name)
    {
        byte[] header = [(byte)(id >> 8), (byte)id, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0];
        var message = new List<byte>(header);
        foreach (string label in name.Split('.'))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.AddRange([0, 0, 1, 0, 1]);
        return [.. message];
    }
}
