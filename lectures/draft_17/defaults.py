b_dense=b_conv=b_pca2=b_pcablur=b_clean=b_ten=b_pairs=b_gauss=b_noise=js_hi=b_overk2=b_foundk1=b_apart2=b_line=b_n2n=b_left=1000000
b_ae2=b_reader=b_realp=b_realr=b_vaep=b_vaer=js_lo=b_found11=b_over11=b_neark1=b_foundpen=b_overpen=b_more=b_less=b_apart1=b_copy=b_thief=-1000000
b_ganp=b_ganr="(-1000, 1000)"
walk="3, 8"; clean_epochs=4; vae_noise=0.25; vae_epochs=10; rounds_k2=500; rounds_k1=1000; rounds_vae=1000; g1=24; g2=12; rounds_d=300; rate_d="1e-3"; full_minutes=5
