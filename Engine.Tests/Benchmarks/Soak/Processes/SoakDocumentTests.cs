// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Benchmarks.Soak.Processes;
using LbEngine.Configuration;

namespace LbEngine.Tests.Benchmarks.Soak.Processes;

public sealed class SoakDocumentTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_EveryStep_IsAValidConfiguration(bool isSettled)
    {
        for (int step = 0; step < 200; step++)
        {
            string document = SoakDocument.Write(1, step, "sockets", "/run/lb.sock", isSettled).Replace(
                "\"admin\":{\"bind\":\"unix:/run/lb.sock\"},", "", StringComparison.Ordinal);

            LoadBalancerOptions options = LoadBalancerOptionsReader.ReadJson(Encoding.UTF8.GetBytes(document)).GetOptionsOrThrow();

            Assert.True(options.Listeners.ContainsKey("main"));
            Assert.Equal(isSettled, isSettled && options.Listeners.Count == 3 + SoakPorts.Extras);
        }
    }
}
