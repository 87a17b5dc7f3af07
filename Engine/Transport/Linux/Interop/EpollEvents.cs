// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>A buffer of <c>struct epoll_event</c>. The struct is packed to 12 bytes on x64 and has its natural 16 elsewhere.</summary>
internal sealed class EpollEvents
{
    /// <summary>Room that holds one event on any processor.</summary>
    internal const int MaxStride = 16;

    internal static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    internal static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly byte[] _bytes;

    public EpollEvents(int capacity)
    {
        Capacity = capacity;
        _bytes = GC.AllocateArray<byte>(capacity * Stride, pinned: true);
    }

    public int Capacity { get; }

    internal byte[] Bytes => _bytes;

    /// <summary>Reads event <paramref name="index"/> of the last wait.</summary>
    public void Read(int index, out uint events, out ulong data)
    {
        ReadOnlySpan<byte> item = _bytes.AsSpan(index * Stride, Stride);
        events = MemoryMarshal.Read<uint>(item);
        data = MemoryMarshal.Read<ulong>(item[DataOffset..]);
    }

    internal static void Write(Span<byte> item, uint events, ulong data)
    {
        MemoryMarshal.Write(item, in events);
        MemoryMarshal.Write(item[DataOffset..], in data);
    }
}
