// SPDX-License-Identifier: MIT
using LbEngine.Transport;

namespace LbEngine.Tests.Transport;

public sealed class ProcessDescriptorsTests
{
    [Theory]
    [InlineData("Max open files            1024                 524288               files", 1024L)]
    [InlineData("Max open files            unlimited            unlimited            files", null)]
    [InlineData("Max processes             1024                 524288               processes", null)]
    public void ParseLimits_LinesOfTheKernel_GivesTheSoftLimit(string line, long? expected) =>
        Assert.Equal(expected, ProcessDescriptors.ParseLimits(["Limit  Soft Limit  Hard Limit  Units", line]));

    [Fact]
    public void CountOpen_SomeFilesAreOpened_CountsThemToo()
    {
        // Other tests open and close at the same time, and far less.
        const int Files = 3000;
        int before = ProcessDescriptors.CountOpen();

        List<FileStream> files = [.. Enumerable.Range(0, Files).Select(_ => new FileStream("/dev/null", FileMode.Open, FileAccess.Read))];
        int after = ProcessDescriptors.CountOpen();
        files.ForEach(file => file.Dispose());

        Assert.InRange(after - before, Files / 2, Files * 2);
    }
}
