// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Tests.Benchmarks.Soak.Traffic;

public sealed class DatagramTextTests
{
    [Fact]
    public void ReadNumber_OfAnEcho_IsWhatWasWrittenOrMinusOneForNothing()
    {
        for (int number = 0; number < 1000; number++)
        {
            byte[] text = DatagramText.Write(5, flow: 6, number);
            byte[] reply = [0, 0, 0, 4, .. text];

            Assert.Equal((text.Length == 0 ? -1 : number, 4), (DatagramText.ReadNumber(reply, 6), DatagramText.ReadBackend(reply)));
            Assert.True(text.Length <= DatagramText.Largest);
        }
    }

    [Fact]
    public void ReadNumber_OfAnotherFlowOrCutOff_IsNone()
    {
        byte[] text = Enumerable.Range(0, 100).Select(number => DatagramText.Write(5, 6, number)).First(one => one.Length > 20);

        Assert.Null(DatagramText.ReadNumber([0, 0, 0, 4, .. text], 7));
        Assert.Null(DatagramText.ReadNumber([0, 0, 0, 4, .. text[..5]], 6));
    }
}
