// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Documentation;

/// <summary>Whoever meets a reason in the log finds it in the manual.</summary>
public sealed class ReasonTests
{
    public static TheoryData<string> Reasons() =>
    [
        .. Enum.GetNames<CloseReason>(),
        .. Enum.GetNames<RejectReason>().Where(name => name != nameof(RejectReason.None)),
        .. Enum.GetNames<DropReason>(),
    ];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Reason_OfAnEnd_StandsInTheManual(string reason)
    {
        Assert.Contains(MarkdownFile.Get("docs/how-connections-end.md").Lines, line => line.Contains($"`{reason}`", StringComparison.Ordinal));
    }
}
