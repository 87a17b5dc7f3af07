using BenchmarkDotNet.Running;
using LbEngine.Benchmarks.Udp;

return args switch
{
    [UdpLoadCommand.Name, .. string[] settings] => UdpLoadCommand.Run(settings),
    [UdpEchoCommand.Name, .. string[] settings] => UdpEchoCommand.Run(settings),
    _ => RunBenchmarks(args),
};

static int RunBenchmarks(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return 0;
}
