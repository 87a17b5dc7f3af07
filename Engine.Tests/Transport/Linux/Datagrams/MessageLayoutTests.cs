// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LbEngine.Tables;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Tests.Transport.Linux.Datagrams;

/// <summary>What is handed to the kernel has the kernel's layout.</summary>
public sealed class MessageLayoutTests
{
    [Fact]
    public void Structures_On64BitSystems_HaveTheSizesOfTheKernel()
    {
        Assert.Equal(16, Unsafe.SizeOf<IoVector>());
        Assert.Equal(56, Unsafe.SizeOf<MessageHeader>());
        Assert.Equal(64, Unsafe.SizeOf<BatchedMessage>());
        Assert.Equal(56, Marshal.OffsetOf<BatchedMessage>(nameof(BatchedMessage.Length)));
        Assert.Equal(8, Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.NameLength)));
        Assert.Equal(16, Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.Vectors)));
        Assert.Equal(24, Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.VectorCount)));
        Assert.Equal(32, Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.Control)));
        Assert.Equal(40, Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.ControlLength)));
        Assert.Equal(48, Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.Flags)));
    }

    [Theory]
    [InlineData("192.0.2.7", 0, 32)]
    [InlineData("2001:db8::7", 0, 40)]
    [InlineData("fe80::7", 3, 40)]
    public void WriteLocalAddress_ThenRead_GivesTheAddressAndItsLength(string text, int interfaceIndex, int expectedLength)
    {
        var local = new LocalAddress(AddressKey.From(System.Net.IPAddress.Parse(text)), interfaceIndex);
        byte[] control = new byte[ControlMessage.Room];

        int length = ControlMessage.WriteLocalAddress(control, local);

        Assert.Equal(expectedLength, length);
        Assert.Equal(local, ControlMessage.Read(control.AsSpan(0, length)).Local);
    }

    [Fact]
    public void Read_SeveralMessagesInOneRoom_FindsEach()
    {
        byte[] control = new byte[ControlMessage.Room];
        int length = ControlMessage.WriteLocalAddress(control, new LocalAddress(AddressKey.FromIPv4(0x7F000001), 0));
        length += WriteInt(control.AsSpan(length), SocketOption.IPPROTO_UDP, SocketOption.UDP_GRO, 1200);
        length += WriteInt(control.AsSpan(length), SocketOption.SOL_SOCKET, SocketOption.SO_RXQ_OVFL, 77);

        DatagramNotes notes = ControlMessage.Read(control.AsSpan(0, length));

        Assert.Equal(AddressKey.FromIPv4(0x7F000001), notes.Local.Address);
        Assert.Equal(1200, notes.SegmentSize);
        Assert.True(notes.HasOverflows);
        Assert.Equal(77u, notes.Overflows);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(15UL)]
    [InlineData(129UL)]
    [InlineData(ulong.MaxValue)]
    public void Read_LengthThatCannotBe_StopsWithoutReadingOn(ulong length)
    {
        byte[] control = new byte[ControlMessage.Room];
        MemoryMarshal.Write(control, length);

        Assert.Equal(default, ControlMessage.Read(control));
    }

    private static int WriteInt(Span<byte> control, int level, int type, int value)
    {
        MemoryMarshal.Write(control, 20UL);
        MemoryMarshal.Write(control[8..], level);
        MemoryMarshal.Write(control[12..], type);
        MemoryMarshal.Write(control[16..], value);
        return 24;
    }
}
