// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Sockets that wait for clients, out of <c>/proc/net/tcp</c>, <c>udp</c> and their IPv6 twins (proc_net_tcp in the kernel's documentation).</summary>
internal static class SocketTable
{
    private const string Listen = "0A";

    // An unconnected UDP socket has the state of a closed TCP connection.
    private const string Unconnected = "07";

    public static IReadOnlyList<LocalSocket> Read(bool isTcp) =>
        [.. ((string[])(isTcp ? ["tcp", "tcp6"] : ["udp", "udp6"])).SelectMany(name => Parse(ProcFile.ReadLines($"/proc/net/{name}"), isTcp))];

    /// <summary>Lines that are none are passed over: the first one holds titles.</summary>
    public static IEnumerable<LocalSocket> Parse(IEnumerable<string> lines, bool isTcp)
    {
        string state = isTcp ? Listen : Unconnected;
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9
                && fields[3] == state
                && ParseEndPoint(fields[1]) is IPEndPoint endPoint
                && fields[4].Split(':') is [_, string queue]
                && long.TryParse(queue, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long waiting)
                && long.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out long inode))
            {
                yield return new LocalSocket(endPoint, waiting, inode);
            }
        }
    }

    /// <summary>The kernel prints an address as 32-bit numbers in the order of its own memory.</summary>
    private static IPEndPoint? ParseEndPoint(string text)
    {
        if (text.Split(':') is not [{ Length: 8 or 32 } address, { Length: 4 } port]
            || !int.TryParse(port, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number))
        {
            return null;
        }

        byte[] bytes = new byte[address.Length / 2];
        for (int i = 0; i < bytes.Length; i += 4)
        {
            if (!uint.TryParse(address.AsSpan(i * 2, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint word))
            {
                return null;
            }

            // Parsed as a number it is in this machine's order again; its memory is the address.
            if (BitConverter.IsLittleEndian)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i), word);
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i), word);
            }
        }

        return new IPEndPoint(new IPAddress(bytes), number);
    }
}
