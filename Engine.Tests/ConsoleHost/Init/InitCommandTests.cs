// SPDX-License-Identifier: MIT
using System.Runtime.Versioning;
using LbEngine.ConsoleHost.Commands;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost.Init;

[UnsupportedOSPlatform("windows")]
public class InitCommandTests
{
    [Fact]
    public async Task Init_Options_WritesAFileThatPassesCheck()
    {
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "lb.yaml");
        using var console = new CapturedConsole();

        int exitCode = await RunAsync("--listen", "0.0.0.0:80", "--backend", "10.0.0.1:8080", "--backend", "10.0.0.2:8080", "--output", file);

        Assert.Equal((0, $"wrote {file}; next: lb run {file}\n", ""), (exitCode, console.Output, console.Errors));
        Assert.Equal(0, await LbCommand.RunAsync(["check", file], signals: null));
        Assert.EndsWith($"{file} is right: 1 listener, 1 pool, 2 backends\n", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_FileThatIsThere_IsLeftAloneWithoutForce()
    {
        using var file = new TemporaryFile("lb.yaml", "mine");
        const UnixFileMode Rights = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(file.Path, Rights);
        using var console = new CapturedConsole();

        Assert.Equal(1, await RunAsync("--backend", "10.0.0.1:8080", "--output", file.Path));
        Assert.Equal("mine", await File.ReadAllTextAsync(file.Path));
        Assert.Equal($"{file.Path} is there already: --force replaces it, --output FILE names another\n", console.Errors);

        Assert.Equal(0, await RunAsync("--backend", "10.0.0.1:8080", "--output", file.Path, "--force"));
        Assert.Contains("10.0.0.1:8080", await File.ReadAllTextAsync(file.Path), StringComparison.Ordinal);
        Assert.Equal(Rights, File.GetUnixFileMode(file.Path));
    }

    [Fact]
    public async Task Init_WrongAddresses_SaysEachByItsOptionAndWritesNothing()
    {
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "lb.yaml");
        using var console = new CapturedConsole();

        int exitCode = await RunAsync("--listen", "here", "--backend", "there", "--backend", "10.0.0.1:80", "--output", file);

        string[] lines = console.Errors.TrimEnd().Split('\n');
        Assert.Equal((1, 2), (exitCode, lines.Length));
        Assert.StartsWith("--listen must be ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("--backend lacks a port: write there:80", lines[1], StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Init_BackendThatIsTheListener_IsRefused()
    {
        using var console = new CapturedConsole();

        Assert.Equal(1, await RunAsync("--listen", "127.0.0.1:80", "--backend", "127.0.0.1:80", "--output", "-"));

        Assert.Contains("pools.site.backends.a", console.Errors, StringComparison.Ordinal);
        Assert.Equal("", console.Output);
    }

    [Theory]
    [InlineData("--listen", "0.0.0.0:80")]
    [InlineData("--udp")]
    public async Task Init_WithoutBackends_SaysWhatIsMissing(params string[] arguments)
    {
        using var console = new CapturedConsole();

        Assert.Equal(1, await RunAsync(arguments));

        Assert.StartsWith("name those who serve: --backend ADDRESS:PORT", console.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_Directory_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        using var console = new CapturedConsole();

        Assert.Equal(1, await RunAsync("--backend", "10.0.0.1:80", "--output", directory.Path, "--force"));

        Assert.Contains("is a directory", console.Errors, StringComparison.Ordinal);
    }

    private static Task<int> RunAsync(params string[] arguments) => LbCommand.RunAsync(["init", .. arguments], signals: null);
}
