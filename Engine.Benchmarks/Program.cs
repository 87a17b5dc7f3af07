// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Gate;
using LbEngine.Benchmarks.Micro;
using LbEngine.Benchmarks.Scale;
using LbEngine.Benchmarks.Soak;
using LbEngine.Benchmarks.Soak.Processes;
using LbEngine.Benchmarks.Tcp;
using LbEngine.Benchmarks.Udp;
using LbEngine.Benchmarks.Versus;
using LbEngine.Benchmarks.Versus.Plot;

var commands = new CommandTable(
[
    new(MicroCommand.Name, MicroCommand.Summary, MicroCommand.Example, MicroCommand.Run),
    new(VersusCommand.Name, VersusCommand.Summary, VersusCommand.Example, VersusCommand.Run),
    new(PlotCommand.Name, PlotCommand.Summary, PlotCommand.Example, PlotCommand.Run),
    new(ScaleCommand.Name, ScaleCommand.Summary, ScaleCommand.Example, ScaleCommand.Run),
    new(GateCommand.Name, GateCommand.Summary, GateCommand.Example, GateCommand.Run),
    new(SoakCommand.Name, SoakCommand.Summary, SoakCommand.Example, SoakCommand.Run),
    new(SoakBackendCommand.Name, SoakBackendCommand.Summary, SoakBackendCommand.Example, SoakBackendCommand.Run),
    new(TcpEchoCommand.Name, TcpEchoCommand.Summary, TcpEchoCommand.Example, TcpEchoCommand.Run),
    new(UdpEchoCommand.Name, UdpEchoCommand.Summary, UdpEchoCommand.Example, UdpEchoCommand.Run),
    new(UdpLoadCommand.Name, UdpLoadCommand.Summary, UdpLoadCommand.Example, UdpLoadCommand.Run),
]);
return commands.Run(args, Console.Out, Console.Error);
