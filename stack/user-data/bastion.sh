#!/bin/bash
# The bastion forwards connections and needs nothing but its host key.
begin
ready
