// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admin.Doctor.Examinations;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>Files of /proc as this kernel prints them (6.x, x64), and as none would.</summary>
public class SocketTableTests
{
    private const string Title = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    [Fact]
    public void Parse_TcpLines_KeepsListenersWithAddressQueueAndInode()
    {
        string[] lines =
        [
            Title,
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 4711 2 0000000000000000 100 0 0 10 0",
            "   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1",
        ];

        LocalSocket[] sockets = [.. SocketTable.Parse(lines, isTcp: true)];

        LocalSocket socket = Assert.Single(sockets);
        Assert.Equal((IPEndPoint.Parse("127.0.0.1:8080"), 3L, 4711L), (socket.EndPoint, socket.Queue, socket.Inode));
    }

    [Fact]
    public void Parse_Tcp6Line_ReadsEachWordInTheOrderOfTheMachine()
    {
        string line = "   0: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1 0000000000000000 100 0 0 10 0";

        LocalSocket socket = Assert.Single(SocketTable.Parse([line], isTcp: true));

        Assert.Equal(IPEndPoint.Parse("[2001:db8::1]:80"), socket.EndPoint);
    }

    [Fact]
    public void Parse_UdpLines_KeepsThoseWithoutAPeer()
    {
        string[] lines =
        [
            "  100: 00000000:0035 00000000:0000 07 00000000:00000A00 00:00000000 00000000     0        0 5 2 0000000000000000 0",
            "  101: 0100007F:0036 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 6 2 0000000000000000 0",
        ];

        LocalSocket socket = Assert.Single(SocketTable.Parse(lines, isTcp: false));

        Assert.Equal((IPEndPoint.Parse("0.0.0.0:53"), 0xA00L), (socket.EndPoint, socket.Queue));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b c d e f g h i j k")]
    [InlineData("0: 0100007F 00000000:0000 0A 0:0 0:0 0 0 0 4711")]
    [InlineData("0: 01007F:1F90 00000000:0000 0A 0:0 0:0 0 0 0 4711")]
    [InlineData("0: 0100007F:1F90 00000000:0000 0A 00 0:0 0 0 0 4711")]
    [InlineData("0: 0100007F:1F90 00000000:0000 0A 0:0 0:0 0 0 0 x")]
    public void Parse_StrangeLine_PassesItOver(string line) => Assert.Empty(SocketTable.Parse([line], isTcp: true));

    [Fact]
    public void ParseStat_NameWithParenthesesAndSpaces_FindsTheState()
    {
        SocketOwner? owner = SocketOwners.ParseStat(["7 (a) (b S) T 1 7 7 0"], 7);

        Assert.Equal(new SocketOwner(7, "a) (b S", IsPaused: true), owner);
    }

    [Theory]
    [InlineData("192.0.2.1 0x1 0x2 aa:bb:cc:dd:ee:ff * eth0", "Present")]
    [InlineData("192.0.2.1 0x1 0x0 00:00:00:00:00:00 * eth0", "Absent")]
    [InlineData("192.0.2.11 0x1 0x2 aa:bb:cc:dd:ee:ff * eth0", "Unknown")]
    public void ParseNeighbour_Line_TellsPresence(string line, string state)
    {
        NeighbourState found = HostExamination.ParseNeighbour(["IP address HW type Flags HW address Mask Device", line], IPAddress.Parse("192.0.2.1"));

        Assert.Equal(state, found.ToString());
    }

    [Fact]
    public void ParseIcmp_BothForms_FindTheColumn()
    {
        long? four = IcmpCounter.Parse(["Ip: A B", "Ip: 1 2", "Icmp: InMsgs InErrors InCsumErrors InDestUnreachs X", "Icmp: 9 8 7 6 5"]);
        long? six = IcmpCounter.ParseV6(["Icmp6InMsgs                     \t3", "Icmp6InDestUnreachs             \t4"]);
        long? none = IcmpCounter.Parse(["Icmp: InMsgs", "Icmp: 1"]);

        Assert.Equal((6L, 4L, null), (four, six, none));
    }

    [Fact]
    public void ParseBacklogs_OutputOfSs_MapsAddressToSendQueue()
    {
        IReadOnlyDictionary<string, long> backlogs = BacklogReader.Parse("LISTEN 2      1          127.0.0.1:8080      0.0.0.0:*\nLISTEN 0      511              *:8080            *:*\n");

        Assert.Equal((1L, 511L, 2), (backlogs["127.0.0.1:8080"], backlogs["*:8080"], backlogs.Count));
    }
}
