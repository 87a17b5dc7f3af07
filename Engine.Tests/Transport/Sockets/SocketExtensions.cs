// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Tests.Transport.Sockets;

/// <summary>What the ends of a connection do in these tests.</summary>
internal static class SocketExtensions
{
    public static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            int sent = 0;
            await Waiting.For("bytes to be taken", Send());
            data = data[sent..];

            async Task Send() => sent = await socket.SendAsync(data);
        }
    }

    /// <summary>Everything up to the other side's FIN.</summary>
    public static async Task<byte[]> ReceiveToEndAsync(this Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[65_536];
        while (true)
        {
            int count = await Waiting.For("bytes or the end", socket.ReceiveAsync(buffer));
            if (count == 0)
            {
                return all.ToArray();
            }

            all.Write(buffer, 0, count);
        }
    }

    public static async Task<byte[]> ReceiveExactlyAsync(this Socket socket, int length)
    {
        var bytes = new byte[length];
        for (int received = 0; received < length;)
        {
            int count = await Waiting.For("bytes", socket.ReceiveAsync(bytes.AsMemory(received)).AsTask());
            Assert.True(count > 0, $"The end came after {received} of {length} bytes.");
            received += count;
        }

        return bytes;
    }

    /// <summary>How the other side's end looks: an error, or Success for a FIN. Bytes before it are counted.</summary>
    public static async Task<(SocketError Error, int Bytes)> ReceiveEndAsync(this Socket socket)
    {
        var buffer = new byte[65_536];
        int total = 0;
        try
        {
            while (true)
            {
                int count = await Waiting.For("the end", socket.ReceiveAsync(buffer));
                if (count == 0)
                {
                    return (SocketError.Success, total);
                }

                total += count;
            }
        }
        catch (SocketException exception)
        {
            return (exception.SocketErrorCode, total);
        }
    }

    public static void SendReset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}
