// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using LbEngine.Tests.ConsoleHost.Names;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>The first moments of a real <c>lb run</c>: signals, and files that are not what they were named for.</summary>
public sealed class StartTests : IDisposable
{
    private const ulong HangUpBit = 1 << 0;

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, string> Kinds => SpecialFile.Kinds;

    private string ConfigurationPath => Path.Combine(_directory.Path, "lb.yaml");

    private string StatePath => Path.Combine(_directory.Path, "state.json");

    public void Dispose() => _directory.Dispose();

    [LinuxTheory]
    [InlineData("HUP")]
    [InlineData("USR1")]
    [InlineData("USR2")]
    public async Task Signal_BeforeTheCommandLineIsRead_DoesNotEndTheProcess(string signal)
    {
        Write("127.0.0.1:9");
        using Process lb = LbProcess.Start("run", ConfigurationPath);

        // The library that reads the command line is loaded after the signals are taken, or else before: then this one is not taken.
        await Waiting.UntilAsync(
            () => lb.HasExited || TakesHangUp(lb) || HasLoaded(lb, "System.CommandLine.dll"), "lb has come to its first line", TimeSpan.FromSeconds(60));
        await SignalAsync(lb, signal);
        _ = await LbProcess.WaitForLineAsync(lb, "listener web accepts on ");
        await SignalAsync(lb, "TERM");
        await LbProcess.WaitForEndAsync(lb);

        Assert.Equal(0, lb.ExitCode);
    }

    [LinuxFact]
    public async Task Terminate_BeforeTheCommandLineIsRead_EndsItGently()
    {
        Write("127.0.0.1:9");
        using Process lb = LbProcess.Start("run", ConfigurationPath);

        await Waiting.UntilAsync(
            () => lb.HasExited || TakesHangUp(lb) || HasLoaded(lb, "System.CommandLine.dll"), "lb has come to its first line", TimeSpan.FromSeconds(60));
        await SignalAsync(lb, "TERM");
        await LbProcess.WaitForEndAsync(lb);

        Assert.Equal(0, lb.ExitCode);
    }

    [RootTheory]
    [InlineData("linux")]
    [InlineData("sockets")]
    public async Task Terminate_WhileANameIsLookedUp_OpensNothingAndDoesNotWaitForIt(string transport)
    {
        using NetworkNamespace network = await NetworkNamespace.CreateAsync();
        network.UseNameServer(network.Outside, timeout: 30);
        using var server = new FakeNameServer(network.Outside);
        server.Answer(FakeAnswer.Silence);
        Write("db.test:80", transport, "resolve: { timeout: 20s }, ");
        using Process lb = LbProcess.StartIn(network.Launcher, null, ["run", ConfigurationPath]);

        await Waiting.UntilAsync(() => server.Asked > 0, "the name is looked up", TimeSpan.FromSeconds(60));
        await SignalAsync(lb, "TERM");
        string output = await lb.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await LbProcess.WaitForEndAsync(lb);

        Assert.Equal((0, "stopped before it served"), (lb.ExitCode, output.Trim()));
    }

    [LinuxTheory]
    [MemberData(nameof(Kinds))]
    public async Task State_NoRegularFile_IsRefusedByNameAndNothingIsTouched(string kind, string message)
    {
        Write("127.0.0.1:9");
        using IDisposable? made = SpecialFile.Make(kind, StatePath);
        string[] before = Directory.GetFileSystemEntries(_directory.Path);

        (int exitCode, string output, string errors) = await LbProcess.RunAsync("run", ConfigurationPath, "--state", StatePath);

        Assert.Equal((1, "", $"--state {StatePath}: {message}"), (exitCode, output, errors.Trim()));
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(_directory.Path).Order());
    }

    [Fact]
    public async Task State_IsTheConfigurationByMistake_IsRefusedByNameAndNothingIsTouched()
    {
        Write("127.0.0.1:9");
        string before = File.ReadAllText(ConfigurationPath);

        (int exitCode, string output, string errors) = await LbProcess.RunAsync("run", ConfigurationPath, "--state", ConfigurationPath);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"--state {ConfigurationPath}: is another kind of file, and is left as it is", errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(ConfigurationPath));
        Assert.Equal([ConfigurationPath], Directory.GetFileSystemEntries(_directory.Path));
    }

    private static bool TakesHangUp(Process process)
    {
        string? caught = Read(process, "status").FirstOrDefault(line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
        return caught is not null && (ulong.Parse(caught["SigCgt:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & HangUpBit) != 0;
    }

    private static bool HasLoaded(Process process, string library) =>
        Read(process, "maps").Any(line => line.EndsWith(library, StringComparison.Ordinal));

    private static string[] Read(Process process, string file)
    {
        try
        {
            return File.ReadAllLines($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await LbProcess.WaitForEndAsync(kill);
    }

    private void Write(string backend, string transport = "auto", string pool = "") => File.WriteAllText(ConfigurationPath, $$"""
        admin: off
        transport: {{transport}}
        listeners: { web: { bind: "127.0.0.1:0", pool: site } }
        pools: { site: { {{pool}}backends: { a: { address: "{{backend}}" } } } }
        """);
}
