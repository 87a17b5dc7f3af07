// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Tables;

namespace LbEngine.Tests.Admission;

public class ScreenTests
{
    [Theory]
    [InlineData(true, RejectReason.None)]
    [InlineData(false, RejectReason.RateLimit)]
    public void Screen_FlowOfAPredecessor_IsNobodyNew(bool isDatagram, RejectReason expected)
    {
        EndPointKey known = EndPointKey.From(IPEndPoint.Parse("198.51.100.7:5000"));
        var handed = new HandedFlows();
        handed.Set([KeyValuePair.Create(new FlowKey(known, 1), new HandedFlow("site", "a", IPEndPoint.Parse("10.0.0.1:53"), 1_000_000))]);
        var admission = new AdmissionController(
            new ConnectionTable(4), new ConnectionLimiter(4), new BackendPicker(new AffinityDirectory(), new BackendDirectory()), handed);
        var listener = new Listener
        {
            Id = 1,
            Name = "dns",
            Bind = IPEndPoint.Parse("192.0.2.1:53"),
            Pool = new BackendPool(0, "site", "test", static set => new SmoothWeightedRoundRobinScheduler(set)),
            IsDatagram = isDatagram,
            Rate = new RateRules(RateRule.Of(1, TimeSpan.FromHours(1), burst: 1), 32, 64, default, DropsSilently: false),
        };

        RejectReason first = admission.Screen(listener, known with { Port = 5001 }, nowMilliseconds: 1000);
        RejectReason second = admission.Screen(listener, known with { Port = 5002 }, nowMilliseconds: 1000);
        RejectReason ofPredecessor = admission.Screen(listener, known, nowMilliseconds: 1000);

        Assert.Equal((RejectReason.None, RejectReason.RateLimit, expected), (first, second, ofPredecessor));
    }
}
