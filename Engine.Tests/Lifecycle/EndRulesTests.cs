// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Lifecycle;

public class EndRulesTests
{
    // Reason; what both peers see; what both see when bytes of one were not handed to the other; why.
    private static readonly (CloseReason Reason, string Ends, string WithBytes, string Why)[] Farewells =
    [
        (CloseReason.Completed, "fin", "fin", "both have sent their end and nothing is left"),
        (CloseReason.ClientReset, "rst", "rst", "a reset is carried as a reset"),
        (CloseReason.BackendReset, "rst", "rst", "a reset is carried as a reset"),
        (CloseReason.ClientAborted, "rst", "rst", "nobody waits for anything any more"),
        (CloseReason.ConnectFailed, "rst", "rst", "an end in order would look like an empty answer"),
        (CloseReason.ConnectTimeout, "rst", "rst", "an end in order would look like an empty answer"),
        (CloseReason.IdleTimeout, "fin", "rst", "no failure of either, unless a stream is cut"),
        (CloseReason.HalfCloseTimeout, "fin", "rst", "no failure of either, unless a stream is cut"),
        (CloseReason.Drained, "fin", "rst", "no failure of either, unless a stream is cut"),
        (CloseReason.Stopped, "fin", "rst", "no failure of either, unless a stream is cut"),
        (CloseReason.ResourceExhausted, "rst", "rst", "the client was not served"),
        (CloseReason.InternalError, "rst", "rst", "nobody knows what was handed over"),
        (CloseReason.Killed, "rst", "rst", "the operator's force"),
        (CloseReason.BackendDown, "rst", "rst", "the pool asks for it: onDown: reset"),
    ];

    private static readonly CloseReason[] OfFlowsOnly =
        [CloseReason.Unanswered, CloseReason.BackendRefused, CloseReason.BackendLeft, CloseReason.Evicted, CloseReason.PathLost];

    public static TheoryData<CloseReason, string, string, string> Table()
    {
        var data = new TheoryData<CloseReason, string, string, string>();
        foreach ((CloseReason reason, string ends, string withBytes, string why) in Farewells)
        {
            data.Add(reason, ends, withBytes, why);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void SendsReset_EachReason_TellsBothPeersWhatHappened(CloseReason reason, string ends, string withBytes, string why)
    {
        string alone = EndRules.SendsReset(reason, holdsBytes: false) ? "rst" : "fin";
        string holding = EndRules.SendsReset(reason, holdsBytes: true) ? "rst" : "fin";

        Assert.True((ends, withBytes) == (alone, holding), $"{reason} was {alone}, and {holding} with bytes left, but: {why}");
    }

    [Fact]
    public void SendsReset_EveryReasonOfAConnection_StandsInTheTable() =>
        Assert.Equal(
            Enum.GetValues<CloseReason>().Except(OfFlowsOnly).Order(),
            Farewells.Select(static row => row.Reason).Order());

    [Theory]
    [InlineData(0, CloseReason.ConnectFailed, true, "Refused")]
    [InlineData(1, CloseReason.ConnectTimeout, true, "TimedOut")]
    [InlineData(2, CloseReason.ConnectFailed, true, "Unreachable")]
    [InlineData(3, CloseReason.ResourceExhausted, false, "NoLocalPort")]
    [InlineData(4, CloseReason.ResourceExhausted, false, "NoResources")]
    [InlineData(5, CloseReason.ConnectFailed, true, "Prohibited")]
    [InlineData(6, CloseReason.ResourceExhausted, false, "NoSourceAddress")]
    public void ReasonOf_EachFailure_BlamesTheRightParty(int failure, CloseReason reason, bool blamesBackend, string name)
    {
        Assert.Equal(name, ((ConnectFailure)failure).ToString());
        Assert.Equal(reason, EndRules.ReasonOf((ConnectFailure)failure));
        Assert.Equal(blamesBackend, EndRules.BlamesBackend((ConnectFailure)failure));
    }

    [Fact]
    public void ReasonOf_EveryFailure_StandsInTheTable() => Assert.Equal(7, Enum.GetValues<ConnectFailure>().Length);

    [Theory]
    [InlineData((byte)0, true)]
    [InlineData((byte)1, false)]
    [InlineData((byte)2, false)]
    [InlineData((byte)5, false)]
    public void HarmsBackend_FromAClientsOwnAddress_OnlyARefusalDoes(byte failure, bool expected)
    {
        Assert.Equal(expected, EndRules.HarmsBackend((ConnectFailure)failure, isShown: true));
        Assert.True(EndRules.HarmsBackend((ConnectFailure)failure, isShown: false));
    }

    [Fact]
    public void ReasonOfReset_EachSide_BlamesTheSideThatReset()
    {
        Assert.Equal(CloseReason.ClientReset, EndRules.ReasonOfReset(Side.Client));
        Assert.Equal(CloseReason.BackendReset, EndRules.ReasonOfReset(Side.Backend));
    }
}
