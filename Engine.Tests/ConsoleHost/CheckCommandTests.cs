// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Configuration;
using LbEngine.Tests.Configuration;

namespace LbEngine.Tests.ConsoleHost;

public class CheckCommandTests
{
    [Fact]
    public async Task Check_RightFile_ExitsWith0AndPrintsWarnings()
    {
        using var file = new TemporaryFile("lb.yaml", FullDocumentTests.Yaml);

        (int exitCode, string output, string errors) = await LbProcess.RunAsync("check", file.Path);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(
            [
                $"{file.Path} is right: 2 listeners, 1 pool, 3 backends",
            ],
            output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Check_WrongFile_ExitsWith1AndPrintsEveryMistake()
    {
        using var file = new TemporaryFile("lb.json", "{\n\"reactor\": 1,\n\"listeners\": { \"web\": { \"bind\": \"localhost:80\" } } }");

        (int exitCode, string output, string errors) = await LbProcess.RunAsync("check", file.Path);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal(
            [
                $"{file.Path}:2: reactor: is not a known setting; did you mean reactors?",
                $"{file.Path}:3: listeners.web.bind: must be an IP address and a port, such as 10.0.0.1:80 (host names are not looked up: write an IP address), was 'localhost:80'",
                $"{file.Path}:3: listeners.web.pool: is required: write the name of a pool; there are no pools",
            ],
            errors.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("*:8080", true, "port 8080 at every IPv4 and IPv6 address of this host")]
    [InlineData(":80", false, "port 80 at every IPv4 address of this host, which has no IPv6 now")]
    [InlineData("80", true, "port 80 at every IPv4 and IPv6 address of this host")]
    [InlineData("0.0.0.0:80", true, null)]
    [InlineData("[::]:80", true, null)]
    public void Explain_Bind_SaysWhatNoAddressMeans(string bind, bool hasIPv6, string? expected) =>
        Assert.Equal(expected, EveryAddress.Explain(bind, hasIPv6));

    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    public async Task AnyCommand_NoSuchFile_ExitsWith1AndNamesIt(string command)
    {
        (int exitCode, _, string errors) = await LbProcess.RunAsync(command, "/no/such/lb.yaml");

        Assert.Equal((1, "/no/such/lb.yaml: there is no such file\n"), (exitCode, errors));
    }
}
