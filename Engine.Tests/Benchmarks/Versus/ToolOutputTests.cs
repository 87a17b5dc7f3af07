// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Tools;

namespace LbEngine.Tests.Benchmarks.Versus;

/// <summary>What the load tools print, as they printed it once.</summary>
public sealed class ToolOutputTests
{
    private const string Wrk = """
        Running 1s test @ http://127.0.0.1:7003/close
          1 threads and 8 connections
          Thread Stats   Avg      Stdev     Max   +/- Stdev
            Latency   421.69us  213.10us   6.42ms   97.51%
            Req/Sec    11.75k     1.21k   12.91k    90.91%
          Latency Distribution
             50%  402.00us
             75%  451.00us
             90%  511.00us
             99%    1.35ms
          12883 requests in 1.10s, 1.82MB read
          Socket errors: connect 1, read 2, write 3, timeout 4
          Non-2xx or 3xx responses: 5
        Requests/sec:  11709.24
        Transfer/sec:      1.65MB
        """;

    private const string Sockperf = """
        sockperf: [Valid Duration] RunTime=0.550 sec; SentMessages=5503; ReceivedMessages=5503
        sockperf: [2;35m====> avg-latency=39.883 (std-dev=79.304)[0m
        sockperf: [2;35mTotal 5503 observations[0m; each percentile contains 55.03 observations
        sockperf: ---> <MAX> observation = 2841.107
        sockperf: ---> percentile 99.999 = 2841.107
        sockperf: ---> percentile 99.900 =  480.014
        sockperf: ---> percentile 99.000 =  394.266
        sockperf: ---> percentile 50.000 =   14.912
        sockperf: ---> <MIN> observation =    6.882
        """;

    private const string Strace = """
        strace: Process 8292 attached
        % time     seconds  usecs/call     calls    errors syscall
        ------ ----------- ----------- --------- --------- ----------------
         60.12    0.120000          12     10000           sendto
         39.88    0.080000           8      9917        12 recvfrom
        ------ ----------- ----------- --------- --------- ----------------
        100.00    0.200000          10     19917        12 total
        """;

    [Fact]
    public void ParseWrk_WithErrors_AddsThemUpAndKnowsTheUnits()
    {
        WrkOutput output = WrkOutput.Parse(Wrk);

        Assert.Equal(new WrkOutput(12_883, 1.10, 1350, 15), output with { P99Microseconds = Math.Round(output.P99Microseconds, 3) });
    }

    [Fact]
    public void ParseWrk_NoDistribution_SaysWhatItGot()
    {
        FormatException exception = Assert.Throws<FormatException>(() => WrkOutput.Parse("unable to connect to 127.0.0.1:1 Connection refused\n"));

        Assert.Contains("Connection refused", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseIperf_Result_TakesWhatWasReceived()
    {
        const string Json = """
            {"start":{},"end":{"sum_sent":{"bytes":7,"seconds":1.0},"sum_received":{"bytes":2275147776,"seconds":1.000421},"sender_tcp_congestion":"bbr"}}
            """;

        Assert.Equal(new IperfOutput(2_275_147_776, 1.000421), IperfOutput.Parse(Json));
    }

    [Theory]
    [InlineData("""{"error":"unable to connect to server: Connection refused"}""", "Connection refused")]
    [InlineData("""{"end":{}}""", "unexpected")]
    [InlineData("iperf3: error", "unexpected")]
    public void ParseIperf_Failure_SaysWhatItGot(string text, string expected)
    {
        FormatException exception = Assert.Throws<FormatException>(() => IperfOutput.Parse(text));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseSockperf_Percentiles_AreThoseOfTheirNames() =>
        Assert.Equal(new SockperfOutput(14.912, 394.266, 480.014, 5503, 0.55), SockperfOutput.Parse(Sockperf));

    [Fact]
    public void ParseSockperf_NothingObserved_SaysWhatItGot()
    {
        FormatException exception = Assert.Throws<FormatException>(() => SockperfOutput.Parse("sockperf: No messages were received from the server."));

        Assert.Contains("No messages", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12 total", 19_917)]
    [InlineData("   total", 19_917)]
    public void ParseStrace_WithAndWithoutFailedCalls_TakesTheSum(string end, long expected) =>
        Assert.Equal(expected, StraceOutput.ParseTotal(Strace.Replace("12 total", end, StringComparison.Ordinal)));

    [Fact]
    public void ParseStrace_NoSum_SaysWhatItGot()
    {
        FormatException exception = Assert.Throws<FormatException>(
            () => StraceOutput.ParseTotal("strace: attach: ptrace(PTRACE_SEIZE, 1): Operation not permitted"));

        Assert.Contains("not permitted", exception.Message, StringComparison.Ordinal);
    }
}
