// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Control.Operator;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>What the operator has set, over reloads, restarts and sudden ends.</summary>
public sealed class OperatorStateTests : EndToEndTest
{
    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Setting_ReloadAndRestart_TrafficStillGoesByIt(TransportKind transport)
    {
        TemporaryDirectory directory = Stage.OwnGround(new TemporaryDirectory());
        StreamEcho[] echoes = [Stage.AddStreamEcho(), Stage.AddStreamEcho()];
        string stateFile = Path.Combine(directory.Path, "state.json");
        BalancerSettings settings = BalancerSettings.For(echoes[0].EndPoint, echoes[1].EndPoint) with { StateFile = stateFile };
        EngineBalancer first = await Stage.StartEngineAsync(transport, settings);
        await first.Engine.SetBackendStateAsync("site", "b0", OperatorState.Maintenance);
        await first.Engine.SetBackendWeightAsync("site", "b1", 9);

        await first.Engine.ApplyAsync(settings.Change(transport, options => options.Pools["site"].Backends["b1"].Weight = 5));
        await ServeAsync(first);
        await first.DisposeAsync();
        EngineBalancer second = await Stage.StartEngineAsync(transport, settings);
        await ServeAsync(second);

        Assert.Equal([0, 2], echoes.Select(echo => echo.Accepted));
        Assert.Equal([9, 9], new[] { first, second }.Select(balancer => balancer.Backend(1).Weight));
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Setting_BackendRemovedByAReload_FileForgetsItToo(TransportKind transport)
    {
        TemporaryDirectory directory = Stage.OwnGround(new TemporaryDirectory());
        StreamEcho[] echoes = [Stage.AddStreamEcho(), Stage.AddStreamEcho()];
        string stateFile = Path.Combine(directory.Path, "state.json");
        BalancerSettings settings = BalancerSettings.For(echoes[0].EndPoint, echoes[1].EndPoint) with { StateFile = stateFile };
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);
        await balancer.Engine.SetBackendStateAsync("site", "b0", OperatorState.Maintenance);

        await balancer.Engine.ApplyAsync(settings.Change(transport, options => options.Pools["site"].Backends.Remove("b0")));

        Assert.Empty(new OperatorSettingsFile(settings.StateFile).Load());
    }

    [Fact]
    public async Task Save_KilledAtAnyMoment_FileIsAWholeOldOrNewOne()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "state.json");
        IReadOnlyList<string> command = OwnProgram.Command(StateSaverProgram.Name, path);
        for (int round = 1; round <= 8; round++)
        {
            using ChildProcess child = ChildProcess.Start(command[0], command.Skip(1));
            await child.WaitForLineAsync(StateSaverProgram.SavedPrefix, round - 1, TimeSpan.FromSeconds(30));

            // In the middle of a write as often as not; never mind when it is not.
            await Waiting.UntilAsync(() => child.HasExited || directory.Info.EnumerateFiles("*.new").Any(IsBegun), "a write is under way");
            child.Kill();

            IReadOnlyList<(string Pool, string Backend, OperatorSetting Setting)> saved = new OperatorSettingsFile(path).Load();
            Assert.Equal(StateSaverProgram.Backends, saved.Count);
            Assert.Single(saved.Select(entry => entry.Setting).Distinct());
            int told = child.Output.Count(line => line.StartsWith(StateSaverProgram.SavedPrefix, StringComparison.Ordinal));
            Assert.InRange(saved[0].Setting.Weight!.Value, told, told + 1);
        }
    }

    private static bool IsBegun(FileInfo file)
    {
        try
        {
            return file.Length > 0;
        }
        catch (FileNotFoundException)
        {
            // Written, and in its place, since it was listed.
            return false;
        }
    }

    private static async Task ServeAsync(EngineBalancer balancer)
    {
        using EchoPeer client = await EchoPeer.ConnectAsync(balancer.EndPoint);
        await client.EchoAsync();
        await client.FinishAsync();
    }
}
