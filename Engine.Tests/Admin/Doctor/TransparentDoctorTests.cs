// SPDX-License-Identifier: MIT
using LbEngine.Tests.ConsoleHost;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>A backend that is to see its clients' own addresses, and a way back for its answers that is there or not.</summary>
[Collection(EndToEndGroup.Name)]
[Trait(Quick.Category, Quick.Slow)]
public class TransparentDoctorTests
{
    private const string Ip = "/usr/sbin/ip";
    private const string Nft = "/usr/sbin/nft";
    private const string Example = "192.0.2.1";

    [RootTheory(Ip, Nft)]
    [InlineData(true, true, "healthy", "from 192.0.2.1, as if that were a client, it opened after")]
    [InlineData(true, false, "no-way-back", "here: ip rule show; ip route show table 100")]
    [InlineData(false, true, "no-way-back", "backend: ip route get 192.0.2.1")]
    public async Task Doctor_TransparentPool_KnowsTheMissingWayBack(bool hasRoute, bool takesAnswers, string cause, string evidence)
    {
        using RoutedClients ground = await RoutedClients.CreateAsync(takesAnswers);
        using var backend = new StreamEcho(ground.Balancer.Outside, 0);
        using ChildProcess route = ChildProcess.Start(
            Ip, ["route", "replace", .. hasRoute ? [Example, "via", ground.Balancer.Inside.ToString()] : (string[])["blackhole", Example]]);
        await Waiting.UntilAsync(() => route.HasExited, "the way to the example address is set");
        using var file = new TemporaryFile(
            "lb.yaml",
            "listeners: { web: { bind: \"127.0.0.1:1\", pool: site } }\n"
            + $"pools: {{ site: {{ clientAddress: transparent, backends: {{ a: {{ address: \"{backend.EndPoint}\" }} }} }} }}");
        using ChildProcess lb = ChildProcess.Start(
            ground.Balancer.Launcher[0],
            [.. ground.Balancer.Launcher[1..], .. LbProgram.Command, "doctor", file.Path, "site/a", "--json", "--timeout", "1s"]);

        await Waiting.UntilAsync(() => lb.HasExited, "lb doctor has ended", TimeSpan.FromSeconds(60));
        lb.WaitForExit();
        using ChildProcess tidy = ChildProcess.Start(Ip, "route", "del", Example);
        await Waiting.UntilAsync(() => tidy.HasExited, "the way to the example address is gone");

        DoctorRun.Read((lb.ExitCode, string.Join('\n', lb.Output), "")).AssertCause(cause, evidence);
    }
}
