// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Scale.Curves;

namespace LbEngine.Tests.Benchmarks.Scale.Curves;

public sealed class CurveTableTests
{
    [Fact]
    public void Write_SamplesOfSomeRounds_GivesMediansRangesAndGrowth()
    {
        var samples = new CurveSamples();
        foreach (double value in (double[])[30, 10, 20])
        {
            samples.Add("CPU", 9000, value * 2);
            samples.Add("CPU", 10, value);
        }

        samples.Add("memory", 9000, 1234);

        string table = CurveTable.Write(new ScaleCurve("name", "title", "connections", "µs", samples.ToSeries()));

        Assert.Equal(
            """
            | connections | CPU | memory |
            | ---: | ---: | ---: |
            | 10 | 20.0 (10.0 to 30.0) | – |
            | 9,000 | 40.0 (20.0 to 60.0) | 1,234 |
            | last / first | × 2.00 | × 1.00 |

            """.ReplaceLineEndings("\n"),
            table);
    }
}
