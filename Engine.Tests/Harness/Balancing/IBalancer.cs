// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>A running balancer with one listener.</summary>
internal interface IBalancer : IAsyncDisposable
{
    IPEndPoint EndPoint { get; }

    /// <summary>Waits until nothing lives in it any more, as far as it can be asked.</summary>
    Task WaitUntilIdleAsync();

    /// <summary>What it says of itself, for error texts.</summary>
    Task<string> DescribeAsync();
}
